import { applicationError, dataError } from '../http/errors.ts';
import type { WixError } from '../http/errors.ts';

/**
 * Codes and texts of the data API.
 * https://dev.wix.com/docs/sdk/backend-modules/data/error-codes
 */
export const itemMissing = (id: string, collection: string): WixError =>
  dataError(404, 'WDE0073', `Item [${id}] does not exist in collection [${collection}].`, {
    itemId: id,
    dataCollectionId: collection,
  });

export const itemExists = (id: string, collection: string): WixError =>
  dataError(409, 'WDE0074', `Item [${id}] already exists in collection [${collection}].`, {
    itemId: id,
    dataCollectionId: collection,
  });

/** Measured on a live site, status and code [public]; the data is ours. */
export const notUnique = (collection: string, index: string): WixError =>
  dataError(
    409,
    'WDE0123',
    `The unique index [${index}] of collection [${collection}] has an item with the same value already.`,
    { dataCollectionId: collection, indexName: index },
  );

export const noPermission = (action: string, collection: string): WixError =>
  dataError(
    403,
    'WDE0027',
    `The current user does not have permissions to ${action} on the ${collection} collection.`,
  );

export const collectionMissing = (collection: string): WixError =>
  dataError(
    404,
    'WDE0025',
    `The ${collection} collection does not exist. You may want to create it in the Databases section of the Content Manager.`,
  );

export const invalid = (problem: string): WixError => dataError(400, 'WDE0080', problem);

export const itemTooLarge = (): WixError => dataError(413, 'WDE0009', 'Document is too large.');

/** Wix's status and code for this are not known to us. */
export const conditionNotMet = (id: string, collection: string): WixError =>
  dataError(412, 'WDE0173', `The condition is not met by item [${id}] of collection [${collection}].`);

/** Also for somebody else's job: its id says nothing to those who did not start it. */
export const jobMissing = (id: string): WixError =>
  applicationError(404, 'NOT_FOUND', `There is no job [${id}].`);
