import { collection } from './collection.ts';
import { declare } from './declare.ts';
import { boolean, dateTime, email, reference, text, texts } from './field.ts';
import { anyMember, anyone, or, ownedByEmail, participant, role, writing } from './rules.ts';

/**
 * Everything that can be reached. A collection that is not declared here does not exist.
 */
export const policies = declare({
  /** The people a member is in touch with. At Wix only the app may touch it, so allowed calls are elevated. */
  SITConnections: collection({
    fields: {
      name: text({ max: 200, required: true }),
      status: text({ max: 50 }),
      company: text({ max: 200 }),
      phone: text({ max: 50 }),
      notes: text({ max: 5000 }),
      lastContact: dateTime(),
      memberEmail: email(),
      /** The office's own remark: no member reads it, not even about their own rows. */
      internalRemark: text({ max: 5000 }),
    },
    readable: ['name', 'status', 'company', 'phone', 'notes', 'lastContact', 'memberEmail'],
    writable: ['name', 'status', 'company', 'phone', 'notes', 'lastContact'],
    query: ownedByEmail('memberEmail'),
    insert: ownedByEmail('memberEmail'),
    update: ownedByEmail('memberEmail'),
    remove: ownedByEmail('memberEmail'),
    as: 'app',
  }),

  /**
   * News of the site, for everybody to read, and a minute late, and for the office to write. Wix has it the same, so no
   * elevation.
   */
  Announcements: collection({
    fields: {
      title: text({ max: 200, required: true }),
      body: text({ max: 20_000 }),
      publishedAt: dateTime(),
      pinned: boolean(),
    },
    readable: ['title', 'body', 'publishedAt', 'pinned'],
    writable: ['title', 'body', 'publishedAt', 'pinned'],
    query: anyone,
    insert: role('admin'),
    update: role('admin'),
    remove: role('admin'),
    cached: { seconds: 60 },
  }),

  /** Where people are brought together, for every member to read. Only the app may touch it at Wix. */
  Venues: collection({
    fields: {
      name: text({ max: 200, required: true }),
      address: text({ max: 500 }),
      /** What the office knows of the door: nobody's business. */
      doorCode: text({ max: 20 }),
    },
    readable: ['name', 'address'],
    query: anyMember,
    as: 'app',
  }),

  /**
   * Who is to meet whom. Both of them see it, and both may say how it went; whom it is between is set once. The office
   * sees all of them.
   */
  Introductions: collection({
    fields: {
      subject: text({ max: 200, required: true }),
      stage: text({ max: 50, initial: 'proposed' }),
      memberIds: texts({ max: 36, most: 10 }),
      venue: reference('Venues'),
      /** What each of them hopes for; told to neither. */
      hostNote: text({ max: 5000 }),
    },
    readable: ['subject', 'stage', 'memberIds', 'venue'],
    writable: ['subject', 'stage', 'venue'],
    query: or(participant('memberIds'), role('admin')),
    insert: participant('memberIds'),
    update: writing(['stage', 'venue'], participant('memberIds')),
    as: 'app',
  }),
});

export type CollectionName = keyof typeof policies;

/** Own keys only: `constructor` and its kin are no collections. */
export function isCollectionName(name: string): name is CollectionName {
  return Object.hasOwn(policies, name);
}
