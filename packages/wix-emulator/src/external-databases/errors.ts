import { dataError } from '../http/errors.ts';
import type { WixError } from '../http/errors.ts';

/**
 * What Wix Data says when an external database is the trouble.
 * https://dev.wix.com/docs/sdk/backend-modules/data/error-codes has the codes; their statuses are not published,
 * except where Wix's own adapter lists them beside the code.
 */

/** Wix's adapter: FAILED_PRECONDITION, which is 428. */
export const operationNotSupported = (operation: string, collection: string): WixError =>
  dataError(428, 'WDE0119', `Operation [${operation}] is not supported by collection [${collection}].`, {
    collectionName: collection,
    operation,
  });

/** Wix's adapter lists this code for a collection whose pages go by cursor. */
export const offsetNotSupported = (collection: string): WixError =>
  dataError(400, 'WDE0082', `Offset paging is not supported by collection [${collection}].`);

export const limitTooLarge = (limit: number, most: number, collection: string): WixError =>
  dataError(
    400,
    'WDE0077',
    `Provided query limit is greater than supported by the collection. [${collection}] gives ${most} items, not ${limit}.`,
  );

/** The adapter found fault with the request; its words are meant for whoever wrote it. */
export const refusedByAdapter = (message: string): WixError =>
  dataError(400, 'WDE0076', `Validation error. ${message}`);

/** Whether the write took place is not known. */
export const timedOut = (connection: string): WixError =>
  dataError(504, 'WDE0028', `Operation time limit exceeded. [${connection}] gave no answer in time.`);

export const notConnected = (connection: string, why: string): WixError =>
  dataError(502, 'WDE0131', `The external database [${connection}] cannot be reached: ${why}.`);

/** The adapter failed, or answered what no service plugin answers. */
export const badAnswer = (connection: string, why: string): WixError =>
  dataError(502, 'WDE0116', `The external database [${connection}] did not answer as it should: ${why}.`);

export const itemWithoutId = (connection: string): WixError =>
  dataError(502, 'WDE0128', `The external database [${connection}] answered with an item without an _id.`);
