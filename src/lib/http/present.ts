import type { KnownMember } from '../auth/member-store.ts';
import type { SignIn } from '../auth/sign-in.ts';
import type { FieldAccess } from '../policy/collection.ts';
import { selects } from '../policy/filter.ts';
import type { Grant } from '../policy/grant.ts';
import { readableFields } from '../policy/item-schema.ts';
import type { Item } from '../policy/item.ts';
import { json } from './json.ts';

/** The member as they may see themselves, field by field: a new column never leaves by accident. */
export function presentMember({ id, email, emailVerified, nickname, firstName, lastName }: KnownMember) {
  return { id, email, emailVerified, nickname, firstName, lastName };
}

/** With what the items behind reference fields may be shown, by field. */
export type Included = Readonly<Record<string, Grant<'query'>>>;

/**
 * An item, reduced to the readable fields and to those asked for. `_id` always stays: without it an item cannot be
 * addressed. An item behind a reference is shown where the Grant for its own collection selects it; else its id stands
 * there, as it does when there is no such item.
 */
export function presentItem(
  access: FieldAccess,
  item: Item,
  { fields, included = {} }: Readonly<{ fields?: readonly string[] | undefined; included?: Included }> = {},
): Record<string, unknown> {
  const readable = readableFields(access);
  const shown = Object.keys(readable).filter(
    (name) => name === '_id' || !fields || fields.includes(name) || Object.hasOwn(included, name),
  );
  return Object.fromEntries(
    shown.flatMap((name) => {
      const value = item[name];
      if (value === undefined) return [];
      return [[name, readable[name]?.type === 'reference' ? presentReference(value, included[name]) : value]];
    }),
  );
}

/** Wix sends the whole item behind a reference also where nobody asked for it. */
function presentReference(value: unknown, grant: Grant<'query'> | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const item = value as Item;
  return grant && selects(grant.rows, item) ? presentItem(grant.access, item) : (item._id ?? null);
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
