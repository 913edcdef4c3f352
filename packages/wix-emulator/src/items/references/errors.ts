import { dataError } from '../../http/errors.ts';
import type { WixError } from '../../http/errors.ts';

/** The codes are Wix's, the texts ours. https://dev.wix.com/docs/sdk/backend-modules/data/error-codes */
export const notMultiReference = (field: string, collection: string): WixError =>
  dataError(400, 'WDE0020', `[${field}] is not a multi-reference field of collection [${collection}].`);

export const notReference = (field: string, collection: string): WixError =>
  dataError(400, 'WDE0020', `[${field}] is not a reference field of collection [${collection}].`);

/** Multi-references are written with calls of their own, or with `saveReferences`. */
export const multiReferenceInData = (field: string, collection: string): WixError =>
  dataError(
    400,
    'WDE0303',
    `[${field}] of collection [${collection}] is a multi-reference field and cannot be set through the item's data.`,
  );
