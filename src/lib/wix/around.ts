import { hash } from 'node:crypto';
import { serialize } from 'node:v8';
import { cachedSecondsOf } from '../policy/cached.ts';
import type { Grant } from '../policy/grant.ts';
import { currentCachedReads } from './cached-reads.ts';
import { currentIdentity, runAs, visitorIdentity } from './context.ts';
import { sharedReads } from './shared-reads.ts';
import { isWrittenWithin, noteWritten, versionOf } from './written.ts';

/** Wix's replicas lag behind by seconds; so long after a write, in milliseconds, answers come from the primary. */
const LAG_MS = 15_000;

/** Options of every read of the SDK: whether the primary database answers it. */
export type Consistency = Readonly<{ consistentRead?: true }>;

/** A read as it would go out, row filter included, and the collections that are included in its answer. */
export type Question = Readonly<{ operation: string; request: unknown; include?: readonly string[] }>;

/** What stands between operations and calls: a read may need no call of its own, and every write is noticed. */
export type Around = Readonly<{
  /** `ask` makes the call; the Grant was checked, and what comes back is looked at once more for each reader. */
  read: <Value>(
    grant: Grant<'query'>,
    question: Question,
    ask: (consistency: Consistency) => Promise<Value>,
  ) => Promise<Value>;
  /** A write to this collection is done, or nobody knows whether it is. */
  wrote: (collection: string) => Promise<void>;
}>;

/**
 * For calls of one kind of rights. In order: who has just written is answered by the primary database, and alone, since
 * another replica of this site may have taken their next write already; what is declared `cached` comes from memory,
 * and into it as a visitor sees it; the same read under way is shared by requests of one credential.
 */
export function aroundCalls(): Around {
  const shared = sharedReads();
  return {
    read(grant, { include = [], ...asked }, ask) {
      const { holder, writes } = currentIdentity();
      if (writes?.areRecent()) return ask({ consistentRead: true });
      const { fields } = grant.access;
      const collections = [grant.collection, ...include.map((name) => fields[name]?.collection ?? '')];
      const key = keyOf(collections, versionOf(collections), asked);
      const seconds = cachedSecondsOf(collections);
      const cached = currentCachedReads();
      if (cached && seconds !== null) {
        const consistency: Consistency = isWrittenWithin(LAG_MS, collections) ? { consistentRead: true } : {};
        return cached(key, seconds, () => runAs(visitorIdentity(), () => ask(consistency)));
      }
      return holder === null ? ask({}) : shared(`${holder} ${key}`, () => ask({}));
    },

    async wrote(collection) {
      noteWritten(collection);
      await currentIdentity().writes?.note();
    },
  };
}

/** Two questions have one key only if they are the same to the byte. Serialized, a `Date` is no text of the same digits. */
function keyOf(...parts: readonly unknown[]): string {
  return hash('sha256', serialize(parts), 'base64');
}
