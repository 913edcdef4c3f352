import { z } from 'zod';
import { Index } from '../collections/index-schema.ts';
import { CollectionInput } from '../collections/schema.ts';
import { SeedConnection } from '../external-databases/schema.ts';
import { Contact, MemberStatus, Profile } from '../members/member.ts';
import { WrittenKey } from '../roles/key.ts';
import { SettingsChange } from '../settings.ts';
import { SiteProperties } from '../site-properties/store.ts';
import { WebhookSubscriptionInput } from '../webhooks/subscriptions.ts';

/** A person of the site. Passwords stand in the open: these people exist on this emulator only. */
const SeedMember = z.strictObject({
  id: z.uuid(),
  loginEmail: z.string().min(3).max(320),
  password: z.string().min(1).max(1_000).optional(),
  loginEmailVerified: z.boolean().default(true),
  status: MemberStatus.default('APPROVED'),
  /** Keys of roles, in any case: `admin`, the site owner's, or one that the seed defines. */
  roles: z.array(WrittenKey).default([]),
  contact: Contact.default({}),
  profile: Profile.default({}),
  privacyStatus: z.enum(['PRIVATE', 'PUBLIC']).default('PRIVATE'),
});

/** A role of the site's own. */
const SeedRole = z.strictObject({
  key: WrittenKey,
  title: z.string().min(1).max(100),
  blockable: z.boolean().default(false),
});

const SeedCollection = CollectionInput.omit({ revision: true, createdDate: true, updatedDate: true }).extend({
  indexes: z.array(Index).default([]),
  /** Items as they go over the wire; `_id`, `_owner` and the two dates may be given. */
  items: z.array(z.record(z.string(), z.unknown())).default([]),
});

/** What a site holds at first. Written as a data file, see `seeds/demo.json`. */
export const SeedSchema = z.strictObject({
  $schema: z.string().optional(),
  siteProperties: SiteProperties.optional(),
  settings: SettingsChange.optional(),
  /** Roles beside the site owner's. */
  roles: z.array(SeedRole).default([]),
  members: z.array(SeedMember).default([]),
  collections: z.array(SeedCollection).default([]),
  /** Databases of the owner's own, reached by their adapters. */
  connections: z.array(SeedConnection).default([]),
  /** Who hears of changes. What the seed itself adds is no change. */
  webhooks: z.array(WebhookSubscriptionInput).default([]),
});

/** A seed as written; what has a default may be left out. */
export type Seed = z.input<typeof SeedSchema>;
