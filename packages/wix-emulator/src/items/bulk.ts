import { WixError } from '../http/errors.ts';
import type { Site } from '../site.ts';
import { presentItem } from './answer.ts';

type Action = 'INSERT' | 'UPDATE' | 'PATCH' | 'DELETE';

/** How one entry of a bulk call ended well: which item, as JSON text, and what was done to it. */
export type Done = Readonly<{ action: Action; id: string; data: string }>;

/** An entry, and the id it goes by if that is known before anything is done. */
type Entry = Readonly<{ id: string | undefined; write: () => Done }>;

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
  let successes = 0;
  const results = site.store.write(() =>
    entries.map(({ id, write }, index) => {
      try {
        const done = site.store.attempt(write);
        successes += 1;
        return success(collectionId, done, index, returnEntity);
      } catch (error) {
        return failure(error, id, index);
      }
    }),
  );
  const failures = entries.length - successes;
  return `{"results":[${results.join(',')}],"bulkActionMetadata":{"totalSuccesses":${successes},"totalFailures":${failures},"undetailedFailures":0}}`;
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
function failure(failed: unknown, id: string | undefined, originalIndex: number): string {
  const error = refusal(failed);
  if (error === undefined) throw failed;
  return JSON.stringify({
    itemMetadata: { ...(id !== undefined && { id }), originalIndex, success: false, error },
  });
}

/** What is said about an entry that makes no sense or may not be written; anything else is about the whole call. */
function refusal(error: unknown): object | undefined {
  if (!(error instanceof WixError) || error.status >= 500) return undefined;
  return (error.body['details'] as { applicationError?: object } | undefined)?.applicationError;
}
