import { z } from 'zod';
import { WholeDataPermissions } from './permissions.ts';
import { CollectionId } from './schema.ts';
import { SpecialPermissions } from './special-permissions.ts';

export const CollectionRequest = z.strictObject({ dataCollectionId: CollectionId });

/** All four are required; special permissions come back in whatever was read before [published types]. */
export const UpdateRequest = z.strictObject({
  dataPermissions: WholeDataPermissions.extend({
    id: CollectionId,
    specialPermissions: z.array(z.unknown()).max(1_000).optional(),
  }),
});

export const AddSpecialRequest = z.strictObject({
  dataCollectionId: CollectionId,
  specialPermissions: SpecialPermissions,
});

export const UpdateSpecialRequest = z.strictObject({
  specialPermissions: SpecialPermissions.extend({ id: z.uuid() }),
});

export const RemoveSpecialRequest = z.strictObject({ specialPermissionsId: z.uuid() });
