import { sql, type Kysely } from 'kysely';
import { assemble } from './assemble.ts';
import type { Found } from './column.ts';
import type { Storage } from './field-types.ts';
import { readRegistry, REGISTRY, registryKey } from './registry.ts';
import type { Table } from './table.ts';

type Row = Readonly<{
  tableName: string;
  kind: string;
  name: string;
  type: string;
  required: number;
  fallback: string | null;
  position: number;
  hidden: number;
}>;

/** Every table and view of an SQLite file that can be a collection. sqlite.org/pragma.html#pragma_table_xinfo */
export async function discoverSqlite(database: Kysely<unknown>): Promise<Table[]> {
  const { rows } = await sql<Row>`
    SELECT t.name AS "tableName", t.type AS kind, c.name AS name, c.type AS type, c."notnull" AS required,
      c.dflt_value AS fallback, c.pk AS position, c.hidden AS hidden
    FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c
    WHERE t.type IN ('table', 'view') AND t.name NOT GLOB 'sqlite_*'
    ORDER BY t.name, c.cid`.execute(database);
  const byTable = Map.groupBy(rows, ({ tableName }) => tableName);
  const declared = byTable.has(REGISTRY) ? await readRegistry(database) : new Map();
  return [...byTable].flatMap(([name, columns]) => {
    if (name === REGISTRY) return [];
    const primaryKey = columns.filter(({ position }) => position > 0);
    const table = assemble(
      {
        name,
        schema: null,
        from: sql.id(name),
        columns: columns.flatMap((row) => {
          const found = toFound(row, primaryKey.length === 1);
          return found ? [{ ...found, declared: declared.get(registryKey(name, row.name)) }] : [];
        }),
        primaryKey: primaryKey.map((column) => column.name),
        abilities: abilitiesOf(columns),
      },
      (parts) => sql`json_array(${sql.join(parts)})`,
    );
    return table ? [table] : [];
  });
}

function abilitiesOf(columns: readonly Row[]) {
  const isTable = columns[0]?.kind === 'table';
  // A column that must be given and cannot be read cannot be given either.
  const isFillable = columns.every(
    (row) => row.required === 0 || row.fallback !== null || row.position > 0 || toFound(row, false) !== null,
  );
  return { insert: isTable && isFillable, update: isTable, remove: isTable };
}

function toFound(row: Row, isSingleKey: boolean): Found | null {
  const storage = storageOf(row.type.toUpperCase());
  if (storage === null) return null;
  return {
    name: row.name,
    storage,
    isNullable: row.required === 0,
    // An INTEGER PRIMARY KEY numbers its rows by itself. sqlite.org/lang_createtable.html#rowid
    hasDefault:
      row.fallback !== null || (isSingleKey && row.position > 0 && row.type.toUpperCase() === 'INTEGER'),
    isReadOnly: row.hidden !== 0,
  };
}

/** After the names people use, and then after the rules of affinity: sqlite.org/datatype3.html §3.1. */
function storageOf(type: string): Storage | null {
  if (/JSON/.test(type)) return 'json';
  if (/BOOL/.test(type)) return 'boolean';
  if (/DATETIME|TIMESTAMP/.test(type)) return 'datetime';
  if (type.startsWith('DATE')) return 'date';
  if (type.startsWith('TIME')) return 'time';
  if (/INT/.test(type)) return 'integer';
  if (/CHAR|CLOB|TEXT|UUID/.test(type)) return 'text';
  if (/BLOB|BINARY/.test(type)) return null;
  if (type === '') return 'text';
  return /REAL|FLOA|DOUB/.test(type) ? 'float' : 'decimal';
}
