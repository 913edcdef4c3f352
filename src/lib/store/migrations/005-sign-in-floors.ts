import type { Kysely } from 'kysely';

/** Without a reference to `member`: somebody's first sign-in here may raise it, before there is a row of theirs. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('sign_in_floor')
    .addColumn('member_id', 'text', (column) => column.primaryKey())
    .addColumn('raised_at', 'bigint', (column) => column.notNull())
    .execute();
}
