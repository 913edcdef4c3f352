import { randomUUID } from 'node:crypto';
import { isObject } from '../items/value.ts';
import type { Json } from '../items/value.ts';
import type { Member } from './member.ts';
import type { MemberChanges } from './schema.ts';

/**
 * What a member is after an update: the fields that were sent, and only those. The empty text clears a field; an
 * empty list has no effect, as documented for `updateMember`.
 */
export function changed(
  known: Pick<Member, 'contact' | 'profile' | 'privacyStatus'>,
  { contact, profile, privacyStatus }: Pick<MemberChanges, 'contact' | 'profile' | 'privacyStatus'>,
): Pick<Member, 'contact' | 'profile' | 'privacyStatus'> {
  const { addresses, customFields, ...fields } = contact;
  return {
    contact: overlaid(known.contact, {
      ...fields,
      addresses: addresses?.map((address) => addressed(address, known)),
      customFields: customFields && mergedFields(known.contact.customFields ?? {}, customFields),
    }),
    profile: overlaid(known.profile, profile),
    privacyStatus:
      privacyStatus === 'PUBLIC' || privacyStatus === 'PRIVATE' ? privacyStatus : known.privacyStatus,
  };
}

function overlaid<Known extends object>(known: Known, changes: object): Known {
  const next = new Map(Object.entries(known));
  for (const [name, value] of Object.entries(changes) as [string, unknown][]) {
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
    if (value === '') next.delete(name);
    else next.set(name, value);
  }
  return Object.fromEntries(next) as Known;
}

/** The id of an address is Wix's to give; one that was read before keeps it. */
function addressed(address: Readonly<Record<string, unknown>>, { contact }: Pick<Member, 'contact'>): object {
  const isKnown = contact.addresses?.some(({ id }) => id === address['id']) === true;
  return { ...address, id: isKnown ? address['id'] : randomUUID() };
}

/** Each custom field by itself; the name shown for it is not for members to change. */
function mergedFields(known: Readonly<Record<string, Json>>, sent: Readonly<Record<string, Json>>): object {
  const fields = Object.entries(sent).map(([key, field]) => {
    const before = known[key];
    const keepsName = isObject(before) && isObject(field) && 'name' in before;
    return [key, keepsName ? { ...field, name: before['name'] } : field];
  });
  return overlaid(known, Object.fromEntries(fields));
}
