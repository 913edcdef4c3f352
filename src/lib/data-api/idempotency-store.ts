import { z } from 'zod';
import { provided } from '../../provided.ts';
import type { Database } from '../store/database.ts';
import type { Keyring } from '../store/keyring.ts';

/** How long a key is remembered: long enough for an app that was switched off over night. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Longer than any request takes, so that whoever holds it beyond that has died. */
const LEASE_MS = 60_000;

const Answer = z.strictObject({
  status: z.number(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string().nullable(),
});

/** An answer, to be given again word for word. */
export type StoredAnswer = z.output<typeof Answer>;

/** What begins with a key. */
export type Beginning =
  /** `resumed` when somebody began before and never said how it ended: it may have been done. */
  | Readonly<{ state: 'begun'; resumed: boolean; lease: number }>
  | Readonly<{ state: 'answered'; answer: StoredAnswer }>
  | Readonly<{ state: 'in-use' | 'reused' }>;

/** Keys with which writes may be sent again. An id names a key of one member. */
export interface IdempotencyStore {
  begin(id: string, fingerprint: string): Promise<Beginning>;
  /** It is done, and this is what it came to. */
  answer(id: string, lease: number, answer: StoredAnswer): Promise<void>;
  /** Nothing was done: the key is as good as new. */
  forget(id: string, lease: number): Promise<void>;
  /** Nobody knows whether it was done; whoever comes next may find out. */
  leave(id: string, lease: number): Promise<void>;
  sweep(): Promise<void>;
}

export const [provideIdempotency, idempotency] = provided<IdempotencyStore>('store of idempotency keys');

/** Answers hold members' data, so they are sealed like tokens. */
export function idempotencyStore(
  database: Database,
  keyring: Keyring,
  now: () => number = Date.now,
): IdempotencyStore {
  const opened = (id: string, sealed: string): StoredAnswer | null => {
    try {
      return Answer.parse(JSON.parse(keyring.unseal(id, sealed)));
    } catch {
      return null;
    }
  };
  /** Only whoever holds the lease says how it ended. */
  const held = (id: string, lease: number) =>
    database.updateTable('idempotency_key').where('id', '=', id).where('leased_until', '=', lease);

  return {
    async begin(id, fingerprint) {
      const lease = now() + LEASE_MS;
      const { numInsertedOrUpdatedRows } = await database
        .insertInto('idempotency_key')
        .values({ id, fingerprint, created_at: now(), leased_until: lease, answer: null })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 1n) return { state: 'begun', resumed: false, lease };
      const row = await database
        .selectFrom('idempotency_key')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      // Forgotten in between: whoever asks again begins.
      if (!row) return { state: 'in-use' };
      if (row.fingerprint !== fingerprint) return { state: 'reused' };
      const answer = row.answer === null ? null : opened(id, row.answer);
      if (answer) return { state: 'answered', answer };
      if (row.answer === null && row.leased_until > now()) return { state: 'in-use' };
      const { numUpdatedRows } = await held(id, row.leased_until)
        .set({ leased_until: lease, answer: null })
        .executeTakeFirst();
      return numUpdatedRows === 1n ? { state: 'begun', resumed: true, lease } : { state: 'in-use' };
    },

    async answer(id, lease, answer) {
      await held(id, lease)
        .set({ answer: keyring.seal(id, JSON.stringify(answer)) })
        .execute();
    },

    async forget(id, lease) {
      await database
        .deleteFrom('idempotency_key')
        .where('id', '=', id)
        .where('leased_until', '=', lease)
        .execute();
    },

    async leave(id, lease) {
      await held(id, lease).set({ leased_until: 0 }).execute();
    },

    async sweep() {
      await database
        .deleteFrom('idempotency_key')
        .where('created_at', '<', now() - KEPT_MS)
        .execute();
    },
  };
}
