import { PostgresAdapter, sql, type Kysely } from 'kysely';

/**
 * Counters that replicas share. Unlogged, since losing them in a crash costs nothing and waiting for the disk with
 * every request would (postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-UNLOGGED). The embedded
 * database keeps its counters in a file of their own.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  if (!(database.getExecutor().adapter instanceof PostgresAdapter)) return;
  await sql`
    CREATE UNLOGGED TABLE rate_limit (
      key varchar(255) PRIMARY KEY,
      points integer NOT NULL DEFAULT 0,
      expire bigint
    )`.execute(database);
}
