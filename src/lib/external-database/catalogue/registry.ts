import { sql, type Kysely } from 'kysely';
import type { Declared } from './column.ts';
import { isFieldType, type FieldType } from './field-types.ts';

/** The adapter's own table beside the owner's: what fields were declared as. URL and IMAGE are both text to SQL. */
export const REGISTRY = 'gatehouse_fields';

export type Entry = Readonly<{
  collection: string;
  field: string;
  type: FieldType;
  referenced: string | null;
}>;

export function registryKey(collection: string, field: string): string {
  return JSON.stringify([collection, field]);
}

/** Everything that was declared, by `registryKey`. */
export async function readRegistry(database: Kysely<unknown>): Promise<ReadonlyMap<string, Declared>> {
  const { rows } = await sql<Record<'collection' | 'field' | 'type', string> & { referenced: string | null }>`
    SELECT collection, field, type, referenced FROM ${sql.id(REGISTRY)}`.execute(database);
  return new Map(
    rows.flatMap(({ collection, field, type, referenced }) =>
      isFieldType(type) ? [[registryKey(collection, field), { type, referenced }]] : [],
    ),
  );
}

export async function makeRegistry(database: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE IF NOT EXISTS ${sql.id(REGISTRY)} (
    collection text NOT NULL, field text NOT NULL, type text NOT NULL, referenced text,
    PRIMARY KEY (collection, field))`.execute(database);
}

export async function register(database: Kysely<unknown>, entries: readonly Entry[]): Promise<void> {
  for (const { collection, field, type, referenced } of entries) {
    await sql`INSERT INTO ${sql.id(REGISTRY)} (collection, field, type, referenced)
      VALUES (${collection}, ${field}, ${type}, ${referenced})
      ON CONFLICT (collection, field) DO UPDATE SET type = excluded.type, referenced = excluded.referenced`.execute(
      database,
    );
  }
}

/** @param field all of the collection unless given. */
export async function unregister(
  database: Kysely<unknown>,
  collection: string,
  field?: string,
): Promise<void> {
  const one = field === undefined ? sql`` : sql` AND field = ${field}`;
  await sql`DELETE FROM ${sql.id(REGISTRY)} WHERE collection = ${collection}${one}`.execute(database);
}
