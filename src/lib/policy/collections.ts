import { collection } from './collection.ts';
import { declare } from './declare.ts';
import { boolean, dateTime, email, text } from './field.ts';
import { anyone, ownedByEmail } from './rules.ts';

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

  /** News of the site, for everybody to read. Wix lets anyone read it, so no elevation. */
  Announcements: collection({
    fields: {
      title: text({ max: 200, required: true }),
      body: text({ max: 20_000 }),
      publishedAt: dateTime(),
      pinned: boolean(),
    },
    readable: ['title', 'body', 'publishedAt', 'pinned'],
    query: anyone,
  }),
});

export type CollectionName = keyof typeof policies;

/** Own keys only: `constructor` and its kin are no collections. */
export function isCollectionName(name: string): name is CollectionName {
  return Object.hasOwn(policies, name);
}
