import type { z } from 'zod';
import { createIndex } from '../collections/indexes.ts';
import { addConnection, addressOf, seededConnection } from '../external-databases/store.ts';
import { hashPassword } from '../identity/passwords.ts';
import { dateOf, idOf, newItemId, rowOf } from '../items/item.ts';
import { takeReferences } from '../items/references/in-data.ts';
import { relationOf } from '../items/references/relation.ts';
import type { Json } from '../items/value.ts';
import { canonicalEmail } from '../members/member.ts';
import { createRole, requireRole } from '../roles/definitions.ts';
import type { Site } from '../site.ts';
import { writeProperties } from '../site-properties/store.ts';
import { SeedSchema } from './schema.ts';
import type { Seed } from './schema.ts';

type ParsedSeed = z.output<typeof SeedSchema>;
type SeedMember = ParsedSeed['members'][number];
type SeedCollection = ParsedSeed['collections'][number];

/** Adds a seed to the site in one transaction. */
export async function applySeed(site: Site, input: Seed): Promise<void> {
  plantSeed(site, await prepareSeed(input));
}

/** The same for a site that holds nothing yet; one that does is left as it is. */
export async function seedWhenEmpty(site: Site, input: Seed): Promise<void> {
  if (!site.store.holdsNothing()) return;
  const prepared = await prepareSeed(input);
  site.store.write(() => {
    // Looked at again inside the write: hashing took a while, and another process may have been quicker.
    if (site.store.holdsNothing()) plantSeed(site, prepared);
  });
}

/** A seed that can be planted at once. */
type PreparedSeed = Readonly<{ seed: ParsedSeed; hashes: readonly (string | undefined)[] }>;

/** Passwords are hashed before the transaction, because that takes a while. */
export async function prepareSeed(input: Seed): Promise<PreparedSeed> {
  const seed = SeedSchema.parse(input);
  return { seed, hashes: await Promise.all(seed.members.map(hashOf)) };
}

export function plantSeed(site: Site, { seed, hashes }: PreparedSeed): void {
  site.store.write(() => {
    if (seed.siteProperties) writeProperties(site.store, seed.siteProperties);
    if (seed.settings) site.changeSettings(seed.settings);
    for (const role of seed.roles) createRole(site.store, role);
    for (const [index, member] of seed.members.entries()) addMember(site, member, hashes[index]);
    for (const collection of seed.collections) addCollection(site, collection);
    // After all collections: a two-way reference is kept with the side that comes first.
    for (const collection of seed.collections) addReferences(site, collection);
    for (const connection of seed.connections) {
      refuseTakenAliases(site, connection);
      addConnection(site.store, seededConnection(connection));
    }
    for (const webhook of seed.webhooks) site.webhooks.subscribe(webhook);
  });
}

const hashOf = async ({ password }: SeedMember): Promise<string | undefined> =>
  password === undefined ? undefined : hashPassword(password);

function addMember(site: Site, seed: SeedMember, passwordHash: string | undefined): void {
  const loginEmail = canonicalEmail(seed.loginEmail);
  const contactId = seed.contact.contactId ?? seed.id;
  const now = site.isoNow();
  const member = {
    id: seed.id,
    loginEmail,
    loginEmailVerified: seed.loginEmailVerified,
    status: seed.status,
    contactId,
    contact: {
      phones: [],
      emails: [loginEmail],
      addresses: [],
      customFields: {},
      ...seed.contact,
      contactId,
    },
    profile: { nickname: loginEmail.split('@')[0] ?? loginEmail, slug: seed.id, ...seed.profile },
    privacyStatus: seed.privacyStatus,
    activityStatus: 'ACTIVE' as const,
    createdDate: now,
    updatedDate: now,
  };
  for (const key of seed.roles) requireRole(site.store, key);
  site.members.add(member, passwordHash, [...new Set(seed.roles)]);
}

function addCollection(site: Site, { indexes, items, ...input }: SeedCollection): void {
  const collection = site.collections.create(input);
  const now = site.isoNow();
  for (const seeded of items) {
    const item = takeReferences(collection, seeded, 'drop').data;
    const owner = item['_owner'];
    const created = dateOf(item['_createdDate'] as Json | undefined, now);
    const row = rowOf(item, {
      id: idOf({ data: item }) ?? newItemId(),
      owner: typeof owner === 'string' ? owner : site.app.clientId,
      created,
      updated: dateOf(item['_updatedDate'] as Json | undefined, created),
    });
    site.items.addRow(collection, row);
  }
  // After the rows: filling an index once is much quicker than keeping it up to date row by row.
  for (const index of indexes) {
    const { failure } = createIndex(site.store, collection, index);
    if (failure) throw new Error(`${index.name} cannot be unique: item ${failure.itemId} is not alone`);
  }
}

/** An id names one collection. */
function refuseTakenAliases(site: Site, { name, collections }: ParsedSeed['connections'][number]): void {
  for (const { alias } of collections) {
    if (alias === undefined) continue;
    const isTaken = site.collections.find(alias) ?? addressOf(site.store, alias);
    if (isTaken)
      throw new Error(`The alias ${alias} of the connection ${name} names another collection already`);
  }
}

/** Multi-references stand in the items of a seed as lists of ids; an item needs an id to have any. */
function addReferences(site: Site, { id, items }: SeedCollection): void {
  const collection = site.collections.require(id);
  for (const item of items) {
    const { references } = takeReferences(collection, item, 'save');
    const itemId = idOf({ data: item });
    for (const { key, ids } of references) {
      if (itemId === undefined) throw new Error(`An item of ${id} refers to others by ${key} and has no _id`);
      const relation = relationOf(site.collections, collection, key);
      if (relation) site.references.replace(relation, itemId, ids);
    }
  }
}
