import { dataError } from '../../http/errors.ts';
import type { WixError } from '../../http/errors.ts';
import { collectionMissing, itemExists, itemMissing, noPermission } from '../../items/errors.ts';
import { badAnswer, notConnected, operationNotSupported, refusedByAdapter } from '../errors.ts';
import type { AdapterAnswer } from '../transport.ts';
import { ApplicationError, ErrorBody } from './wire.ts';

/** What was asked, as far as failures are concerned. */
export type Asked = Readonly<{ connection: string; collection: string; operation: string }>;

/** A whole request that failed. Only refusals are the caller's affair; what else is wrong, is wrong with the adapter. */
export function failureOf(asked: Asked, { status, body }: AdapterAnswer): WixError {
  const { connection, collection, operation } = asked;
  const error = errorIn(body);
  if (status === 401) return notConnected(connection, 'it does not accept the signature');
  if (status === 403) return noPermission(operation.toLowerCase(), collection);
  if (status < 400 || status >= 500) return badAnswer(connection, `it answered ${status}`);
  return error ? entryFailure(asked, error) : refusedByAdapter(`The external database answered ${status}.`);
}

/**
 * One entry of a write, or a whole request, by its code.
 * https://dev.wix.com/docs/rest/business-solutions/cms/service-plugins/external-database-service-plugin/error-types
 */
export function entryFailure(
  { collection, operation, connection }: Asked,
  error: ErrorBody,
  entryId?: unknown,
): WixError {
  const named = error.data?.['itemId'] ?? entryId;
  const id = typeof named === 'string' ? named : '';
  const message = error.errorMessage ?? error.errorCode;
  switch (error.errorCode) {
    case 'ITEM_NOT_FOUND':
      return itemMissing(id, collection);
    case 'ITEM_ALREADY_EXISTS':
      return itemExists(id, collection);
    case 'COLLECTION_NOT_FOUND':
      return collectionMissing(collection);
    case 'UNSUPPORTED_OPERATION':
      return operationNotSupported(operation, collection);
    case 'REFERENCE_ALREADY_EXISTS':
      return dataError(409, 'WDE0029', message);
    case 'UNKNOWN_ERROR':
      return badAnswer(connection, 'it failed');
    case 'UNAUTHORIZED':
    case 'FORBIDDEN':
      return noPermission(operation.toLowerCase(), collection);
    default:
      return refusedByAdapter(message);
  }
}

function errorIn(body: unknown): ErrorBody | undefined {
  const plain = ErrorBody.safeParse(body);
  if (plain.success) return plain.data;
  const nested = ApplicationError.safeParse(body);
  if (!nested.success) return undefined;
  const { code, data } = nested.data.applicationError;
  return { errorCode: code, data };
}
