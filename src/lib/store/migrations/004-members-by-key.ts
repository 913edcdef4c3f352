import { PostgresAdapter, sql, type Kysely } from 'kysely';

/**
 * SQLite looks a text key up in an index and then the row by a number. Without that number the index is the table, and
 * checking a session among a million is one look-up in four shorter (sqlite.org/withoutrowid.html). PostgreSQL has no
 * such choice.
 *
 * The table is made anew after sqlite.org/lang_altertable.html §7, for which foreign keys are off while migrating.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  if (database.getExecutor().adapter instanceof PostgresAdapter) return;
  await database.schema
    .createTable('member_by_key')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('email', 'text', (column) => column.notNull())
    .addColumn('email_verified', 'integer', (column) => column.notNull())
    .addColumn('nickname', 'text')
    .addColumn('first_name', 'text')
    .addColumn('last_name', 'text')
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .modifyEnd(sql`WITHOUT ROWID`)
    .execute();
  const columns = sql`id, email, email_verified, nickname, first_name, last_name, updated_at`;
  await sql`INSERT INTO member_by_key (${columns}) SELECT ${columns} FROM member`.execute(database);
  await database.schema.dropTable('member').execute();
  await database.schema.alterTable('member_by_key').renameTo('member').execute();
  await database.schema.createIndex('member_email').on('member').column('email').execute();
}
