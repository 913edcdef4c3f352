import { sql } from 'kysely';
import { createHash } from 'node:crypto';
import { isScalar } from '../catalogue/field-types.ts';
import type { Table } from '../catalogue/table.ts';
import type { Connection } from '../database.ts';
import { Fault, invalid } from '../fault.ts';

export type Index = Readonly<{
  name: string;
  fields: readonly Readonly<{ path: string; order: 'ASC' | 'DESC' }>[];
  unique: boolean;
}>;

/** Names of indexes are the whole database's, so ours say whose they are. */
const PREFIX = 'gatehouse_';

/** Short enough for PostgreSQL's 63 bytes: what tells tables apart is a digest; the name follows. */
function prefixOf({ id }: Table): string {
  return `${PREFIX}${createHash('sha256').update(id).digest('hex').slice(0, 8)}_`;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,40}$/;

/** Those made through the adapter, and the primary key's. */
export async function listIndexes(connection: Connection, table: Table): Promise<Index[]> {
  const found = await readIndexes(connection, table);
  const prefix = prefixOf(table);
  const own = Map.groupBy(found, ({ name }) => name);
  return [
    { name: 'primary', fields: [{ path: '_id', order: 'ASC' }], unique: true },
    ...[...own].flatMap(([name, parts]): Index[] =>
      name.startsWith(prefix)
        ? [
            {
              name: name.slice(prefix.length),
              fields: parts.map(({ path, descending }) => ({ path, order: descending ? 'DESC' : 'ASC' })),
              unique: parts[0]?.isUnique ?? false,
            },
          ]
        : [],
    ),
  ];
}

/** @throws {Fault} `VALIDATION_ERROR` when the index cannot be made as asked. */
export async function createIndex(connection: Connection, table: Table, index: Index): Promise<void> {
  if (!NAME.test(index.name)) throw invalid('index.name', 'is not a name that can be kept');
  const { dialect, run } = connection;
  const columns = index.fields.map(({ path, order }) => {
    const column = table.columns.get(path);
    if (!column?.target || !isScalar(column.storage))
      throw invalid('index.fields', 'names a field that is not there');
    return dialect.order(column.target, column.isNullable, order);
  });
  const unique = sql.raw(index.unique ? 'UNIQUE ' : '');
  try {
    await run(
      sql`CREATE ${unique}INDEX ${sql.id(prefixOf(table) + index.name)} ON ${table.from} (${sql.join(columns)})`,
    );
  } catch (error) {
    if (!(error instanceof Fault) || !['UNKNOWN_ERROR', 'ITEM_ALREADY_EXISTS'].includes(error.code))
      throw error;
    throw new Fault('VALIDATION_ERROR', 'The index cannot be made.', { cause: error.cause });
  }
}

/** Removes an index of this table, and no other one's. */
export async function removeIndex(connection: Connection, table: Table, name: string): Promise<void> {
  const known = (await readIndexes(connection, table)).find((index) => index.name === prefixOf(table) + name);
  if (!known) throw invalid('indexName', 'is not an index of this collection');
  const target = table.schema === null ? sql.id(known.name) : sql.id(table.schema, known.name);
  await connection.run(sql`DROP INDEX ${target}`);
}

type Part = Readonly<{ name: string; path: string; descending: boolean; isUnique: boolean }>;

async function readIndexes({ dialect, run }: Connection, table: Table): Promise<Part[]> {
  const statement =
    dialect.kind === 'SQLite'
      ? sql`SELECT l.name AS name, x.name AS path, x."desc" AS descending, l."unique" AS "isUnique"
          FROM pragma_index_list(${table.name}) l JOIN pragma_index_xinfo(l.name) x
          WHERE x.key = 1 ORDER BY l.name, x.seqno`
      : sql`SELECT i.relname AS name, a.attname AS path, (x.indoption[k.at - 1] & 1) = 1 AS descending,
          x.indisunique AS "isUnique"
          FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
            JOIN pg_namespace n ON n.oid = t.relnamespace
            CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k(attnum, at)
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
          WHERE t.relname = ${table.name} AND n.nspname = ${table.schema} ORDER BY i.relname, k.at`;
  const rows = await run(statement);
  return rows.map((row) => ({
    name: String(row['name']),
    path: String(row['path']),
    descending: Boolean(row['descending']),
    isUnique: Boolean(row['isUnique']),
  }));
}
