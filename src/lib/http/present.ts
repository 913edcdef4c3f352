import type { KnownMember } from '../auth/member-store.ts';
import type { SignIn } from '../auth/sign-in.ts';
import type { FieldAccess } from '../policy/collection.ts';
import { readableFields } from '../policy/item-schema.ts';
import type { Item } from '../policy/item.ts';
import { json } from './json.ts';

/** The member as they may see themselves, field by field: a new column never leaves by accident. */
export function presentMember({ id, email, emailVerified, nickname, firstName, lastName }: KnownMember) {
  return { id, email, emailVerified, nickname, firstName, lastName };
}

/**
 * An item, reduced to the readable fields and to those asked for. `_id` always stays: without it an item cannot be
 * addressed.
 */
export function presentItem(
  access: FieldAccess,
  item: Item,
  fields?: readonly string[],
): Record<string, unknown> {
  const shown = Object.keys(readableFields(access)).filter(
    (name) => name === '_id' || !fields || fields.includes(name),
  );
  return Object.fromEntries(
    shown.filter((name) => item[name] !== undefined).map((name) => [name, item[name]]),
  );
}

/** 200 or 201 with the token, or 202 with what is still missing. Never a cookie: this is the apps' door. */
export function presentSignIn(outcome: SignIn, status: 200 | 201): Response {
  switch (outcome.state) {
    case 'SUCCESS': {
      const { state, token, expiresAt, member } = outcome;
      return json(
        { state, token, tokenType: 'Bearer', expiresAt, member: presentMember(member) },
        { status },
      );
    }
    case 'EMAIL_VERIFICATION_REQUIRED':
    case 'OWNER_APPROVAL_REQUIRED':
      return json(outcome, { status: 202 });
  }
}
