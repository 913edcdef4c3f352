import { WixError } from '../http/errors.ts';
import type { Site } from '../site.ts';
import { presentItem } from './answer.ts';

type Action = 'INSERT' | 'UPDATE' | 'PATCH' | 'DELETE';

/** How one entry of a bulk call ended well: which item, as JSON text, and what was done to it. */
export type Done = Readonly<{ action: Action; id: string; data: string }>;

/** An entry, and the id it goes by if that is known before anything is done. */
type Entry = Readonly<{ id: string | undefined; write: () => Done }>;

/** How one that was refused ended: the error, as `details.applicationError` has it. */
type Refused = Readonly<{ id: string | undefined; error: object }>;

/**
 * Writes all entries in one transaction and answers, as JSON text, how each ended. An entry that is refused undoes
 * itself alone; the others are kept together, before the answer is given. What is no refusal ends them all.
 */
export function writeInBulk(
  site: Site,
  collectionId: string,
  entries: readonly Entry[],
  returnEntity: boolean,
): string {
  const ended = site.store.write(() =>
    entries.map(({ id, write }): Done | Refused => {
      try {
        return site.store.attempt(write);
      } catch (failed) {
        const error =
          failed instanceof WixError && failed.status < 500 ? applicationErrorOf(failed) : undefined;
        if (error === undefined) throw failed;
        return { id, error };
      }
    }),
  );
  return bulkAnswer(collectionId, ended, returnEntity);
}

/** What is said about an entry that makes no sense or may not be written. */
export const applicationErrorOf = ({ body }: WixError): object | undefined =>
  (body['details'] as { applicationError?: object } | undefined)?.applicationError;

/** The answer of a bulk call, as JSON text [recorded]. */
export function bulkAnswer(
  collectionId: string,
  ended: readonly (Done | Refused)[],
  returnEntity: boolean,
): string {
  const results = ended.map((one, index) =>
    'error' in one ? failure(one, index) : success(collectionId, one, index, returnEntity),
  );
  const totalFailures = ended.filter((one) => 'error' in one).length;
  const totalSuccesses = ended.length - totalFailures;
  const bulkActionMetadata = JSON.stringify({ totalSuccesses, totalFailures, undetailedFailures: 0 });
  return `{"results":[${results.join(',')}],"bulkActionMetadata":${bulkActionMetadata}}`;
}

function success(
  collectionId: string,
  { action, id, data }: Done,
  originalIndex: number,
  returnEntity: boolean,
): string {
  const itemMetadata = JSON.stringify({ id, originalIndex, success: true });
  const entity = returnEntity ? `,"dataItem":${presentItem(collectionId, id, data)}` : '';
  return `{"action":"${action}","itemMetadata":${itemMetadata}${entity}}`;
}

/** A failed entry has no action, and an id only if it had one before [recorded]. */
const failure = ({ id, error }: Refused, originalIndex: number): string =>
  JSON.stringify({ itemMetadata: { ...(id !== undefined && { id }), originalIndex, success: false, error } });
