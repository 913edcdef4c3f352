import { PostgresAdapter, sql, type Transaction } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * Until the transaction ends, no other one gets past here with the same name. For what rows alone cannot keep apart,
 * since they are not there yet. In the embedded database transactions take turns anyway.
 */
export async function lockUntilCommit(transaction: Transaction<Schema>, name: string): Promise<void> {
  if (!(transaction.getExecutor().adapter instanceof PostgresAdapter)) return;
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction);
}
