import type { Kysely } from 'kysely';

/** Whoever is known from before has no roles until Wix is asked for them. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable('member')
    .addColumn('roles', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute();
}
