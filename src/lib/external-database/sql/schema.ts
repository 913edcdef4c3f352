import { sql } from 'kysely';
import { FIELD_TYPES, type FieldType } from '../catalogue/field-types.ts';
import { makeRegistry, register, REGISTRY, unregister } from '../catalogue/registry.ts';
import { SYSTEM_FIELDS, type Table } from '../catalogue/table.ts';
import type { Connection, ExternalDatabase } from '../database.ts';
import { Fault, invalid, noCollection } from '../fault.ts';

/** A field that somebody wants. */
export type WantedField = Readonly<{ key: string; type: FieldType; referenced: string | null }>;

/** Names for new tables and columns. They are quoted, so that words of SQL are fine; PostgreSQL cuts after 63 bytes. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/;

const SYSTEM: readonly WantedField[] = [
  { key: '_id', type: 'TEXT', referenced: null },
  { key: '_owner', type: 'TEXT', referenced: null },
  { key: '_createdDate', type: 'DATETIME', referenced: null },
  { key: '_updatedDate', type: 'DATETIME', referenced: null },
];

/** @throws {Fault} `COLLECTION_ALREADY_EXISTS`, `VALIDATION_ERROR` */
export async function createTable(
  database: ExternalDatabase,
  id: string,
  fields: readonly WantedField[],
): Promise<void> {
  assertName('collection.id', id);
  if (id.toLowerCase() === REGISTRY || /^(?:sqlite_|pg_)/i.test(id))
    throw invalid('collection.id', 'is not a name to choose');
  const all = [...SYSTEM, ...fields.filter(({ key }) => !isSystem(key))];
  for (const { key } of all) assertName('collection.fields', key);
  if (new Set(all.map(({ key }) => key.toLowerCase())).size < all.length)
    throw invalid('collection.fields', 'has a field twice');
  await change(
    async () => {
      await database.transaction(async (connection) => {
        await makeRegistry(connection.database);
        const columns = all.map((field) =>
          field.key === '_id'
            ? sql`${column(connection, field)} NOT NULL PRIMARY KEY`
            : column(connection, field),
        );
        await connection.run(sql`CREATE TABLE ${sql.id(id)} (${sql.join(columns)})`);
        await register(
          connection.database,
          all.map((field) => toEntry(id, field)),
        );
      });
    },
    () =>
      new Fault('COLLECTION_ALREADY_EXISTS', 'There is already a collection like this.', {
        data: { collectionId: id },
      }),
  );
}

/** Adds, takes away and declares anew, all or nothing. */
export async function changeTable(
  database: ExternalDatabase,
  table: Table,
  {
    add,
    drop,
    retype,
  }: Readonly<{ add: readonly WantedField[]; drop: readonly string[]; retype: readonly WantedField[] }>,
): Promise<void> {
  for (const { key } of add) assertName('collection.fields', key);
  const errors = [
    ...drop
      .filter((key) => isSystem(key) || table.columns.get(key)?.target === null)
      .map((fieldKey) => ({ fieldKey, message: 'cannot be taken away' })),
    ...retype
      .filter(({ key, type }) => isSystem(key) || FIELD_TYPES[type] !== table.columns.get(key)?.storage)
      .map(({ key: fieldKey }) => ({ fieldKey, message: 'cannot change to this type' })),
  ];
  if (errors.length > 0)
    throw new Fault('COLLECTION_CHANGE_NOT_SUPPORTED', 'The collection cannot be changed like this.', {
      data: { errors },
    });
  const refusal = (cause: unknown) =>
    new Fault('COLLECTION_CHANGE_NOT_SUPPORTED', 'The collection cannot be changed like this.', {
      cause,
      data: { errors: drop.map((fieldKey) => ({ fieldKey, message: 'is still needed' })) },
    });
  await change(async () => {
    await database.transaction(async (connection) => {
      await makeRegistry(connection.database);
      for (const key of drop) {
        const target = table.columns.get(key)?.target;
        await connection.run(sql`ALTER TABLE ${table.from} DROP COLUMN ${target}`);
        await unregister(connection.database, table.id, key);
      }
      for (const field of add)
        await connection.run(sql`ALTER TABLE ${table.from} ADD COLUMN ${column(connection, field)}`);
      await register(
        connection.database,
        [...add, ...retype].map((field) => toEntry(table.id, field)),
      );
    });
  }, refusal);
}

export async function dropTable(database: ExternalDatabase, table: Table): Promise<void> {
  await change(
    async () => {
      await database.transaction(async (connection) => {
        await makeRegistry(connection.database);
        await connection.run(sql`DROP TABLE ${table.from}`);
        await unregister(connection.database, table.id);
      });
    },
    () => noCollection(table.id),
  );
}

/** The definition of a column. The key's text needs no registry to be one. */
function column({ dialect }: Connection, { key, type }: WantedField) {
  return sql`${sql.id(key)} ${sql.raw(dialect.definition[FIELD_TYPES[type]])}`;
}

/** What the database has against a change, in Wix's words; whatever else goes wrong stays as it is. */
async function change(work: () => Promise<void>, refusal: (cause: unknown) => Fault): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof Fault && error.code === 'UNKNOWN_ERROR' ? refusal(error.cause) : error;
  }
}

function toEntry(collection: string, { key, type, referenced }: WantedField) {
  return { collection, field: key, type, referenced };
}

function isSystem(key: string): boolean {
  return (SYSTEM_FIELDS as readonly string[]).includes(key);
}

function assertName(path: string, name: string): void {
  if (!NAME.test(name) || name.startsWith('__')) throw invalid(path, 'has a name that cannot be kept');
}
