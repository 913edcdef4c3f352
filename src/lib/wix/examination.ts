import { z } from 'zod';
import type { SystemGrant } from '../policy/grant.ts';
import { callWix, refusedByWix } from './call.ts';
import { elevatedExamination } from './elevated.ts';

/**
 * A collection as Wix keeps it, reduced to what policies say something about.
 * dev.wix.com/docs/rest/business-solutions/cms/data-collections/data-collection-object
 */
const WixCollection = z.object({
  collectionType: z.string().nullish(),
  fields: z
    .array(
      z.object({
        key: z.string(),
        type: z.string(),
        typeMetadata: z
          .object({ reference: z.object({ referencedCollectionId: z.string().nullish() }).nullish() })
          .nullish(),
      }),
    )
    .default([]),
  permissions: z
    .object({
      read: z.string().nullish(),
      insert: z.string().nullish(),
      update: z.string().nullish(),
      remove: z.string().nullish(),
    })
    .nullish(),
  dataPermissions: z
    .object({
      itemRead: z.string().nullish(),
      itemInsert: z.string().nullish(),
      itemUpdate: z.string().nullish(),
      itemRemove: z.string().nullish(),
    })
    .nullish(),
});
export type WixCollection = z.output<typeof WixCollection>;

/** dev.wix.com/docs/sdk/backend-modules/data/indexes/introduction */
const WixIndex = z.object({
  name: z.string(),
  fields: z.array(z.object({ path: z.string() })).default([]),
  unique: z.boolean().nullish(),
  /** Wix's own do not count towards the limit. */
  source: z.string().nullish(),
  status: z.string().nullish(),
});
export type WixIndex = z.output<typeof WixIndex>;

/**
 * One collection; `null` when Wix itself says that there is none.
 * @throws {Problem} `wix-refused` when the app may not look, outages.
 */
export function examineCollection(grant: SystemGrant, id: string): Promise<WixCollection | null> {
  return callWix(async (observation) => {
    try {
      return WixCollection.parse(await elevatedExamination.collection(grant, id));
    } catch (error) {
      if (observation.lastStatus === 404 && refusedByWix(observation)) return null;
      throw error;
    }
  });
}

/** @throws {Problem} `wix-refused` when the app may not look, outages. */
export function examineIndexes(grant: SystemGrant, id: string): Promise<readonly WixIndex[]> {
  return callWix(async () => {
    const { indexes } = await elevatedExamination.indexes(grant, id);
    return z.array(WixIndex).parse(indexes ?? []);
  });
}

/**
 * What the app's rights are tried on. What is answered is dropped.
 * @throws {Problem} `wix-refused` when they do not suffice, outages.
 */
export const tryRights = {
  items: (grant: SystemGrant, id: string) => callWix(() => elevatedExamination.items(grant, id)),
  siteProperties: (grant: SystemGrant) => callWix(() => elevatedExamination.siteProperties(grant)),
};
