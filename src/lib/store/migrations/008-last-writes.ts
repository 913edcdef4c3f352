import type { Kysely } from 'kysely';

export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable('member').addColumn('wrote_at', 'bigint').execute();
}
