import { toProblem } from '../http/problem.ts';
import type { Grant } from '../policy/grant.ts';
import type { Around } from './around.ts';
import type { ItemOperations } from './operations.ts';

type Writes = Pick<ItemOperations, 'insert' | 'insertMany' | 'patch' | 'remove' | 'removeMany'>;

/** The same operations; whatever may have changed a row is noticed before its maker hears of it. */
export function noticed(writes: Writes, { wrote }: Pick<Around, 'wrote'>): Writes {
  const noticing =
    <Proof extends Grant, Rest extends readonly unknown[], Value>(
      write: (grant: Proof, ...rest: Rest) => Promise<Value>,
    ) =>
    async (grant: Proof, ...rest: Rest): Promise<Value> => {
      let value: Value;
      try {
        value = await write(grant, ...rest);
      } catch (error) {
        // After an outage nobody knows whether it happened; whoever looks should see it if it did.
        if (toProblem(error).status >= 500) await wrote(grant.collection);
        throw error;
      }
      if (value !== null && value !== false) await wrote(grant.collection);
      return value;
    };
  return {
    insert: noticing(writes.insert),
    insertMany: noticing(writes.insertMany),
    patch: noticing(writes.patch),
    remove: noticing(writes.remove),
    removeMany: noticing(writes.removeMany),
  };
}
