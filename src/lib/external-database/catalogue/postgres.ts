import { sql, type Kysely } from 'kysely';
import { assemble } from './assemble.ts';
import type { Found } from './column.ts';
import type { Storage } from './field-types.ts';
import { readRegistry, REGISTRY, registryKey } from './registry.ts';
import type { Table } from './table.ts';

type Row = Readonly<{
  schemaName: string;
  tableName: string;
  kind: string;
  name: string;
  type: string;
  typeSchema: string;
  typeKind: string;
  required: boolean;
  filled: boolean;
  computed: boolean;
  position: number | null;
  canInsert: boolean;
  canUpdate: boolean;
  canDelete: boolean;
}>;

/**
 * Every table and view that an unqualified name reaches, as PostgreSQL itself resolves it: the schemas of the search
 * path, the first one winning. Whoever wants others names them in the connection's or the role's search path.
 */
export async function discoverPostgres(database: Kysely<unknown>): Promise<Table[]> {
  const { rows } = await sql<Row>`
    SELECT n.nspname AS "schemaName", c.relname AS "tableName", c.relkind AS kind, a.attname AS name,
      t.typname AS type, tn.nspname AS "typeSchema", t.typtype AS "typeKind", a.attnotnull AS required,
      (a.atthasdef OR a.attidentity <> '') AS filled,
      (a.attgenerated <> '' OR a.attidentity = 'a') AS computed,
      array_position(k.conkey, a.attnum) AS position,
      has_table_privilege(c.oid, 'INSERT') AS "canInsert", has_table_privilege(c.oid, 'UPDATE') AS "canUpdate",
      has_table_privilege(c.oid, 'DELETE') AS "canDelete"
    FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_type t ON t.oid = a.atttypid
      JOIN pg_namespace tn ON tn.oid = t.typnamespace
      LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(c.oid)
      AND n.nspname = ANY (current_schemas(false)) AND has_table_privilege(c.oid, 'SELECT')
    ORDER BY c.relname, a.attnum`.execute(database);
  const byTable = Map.groupBy(rows, ({ tableName }) => tableName);
  const declared = byTable.has(REGISTRY) ? await readRegistry(database) : new Map();
  return [...byTable].flatMap(([name, columns]) => {
    if (name === REGISTRY) return [];
    const [{ schemaName, kind, canInsert, canUpdate, canDelete }] = columns as [Row, ...Row[]];
    const isTable = kind === 'r' || kind === 'p';
    const isFillable = columns.every((row) => !row.required || row.filled || storageOf(row) !== null);
    const table = assemble(
      {
        name,
        schema: schemaName,
        from: sql.id(schemaName, name),
        columns: columns.flatMap((row) => {
          const found = toFound(row);
          return found ? [{ ...found, declared: declared.get(registryKey(name, row.name)) }] : [];
        }),
        primaryKey: columns.filter(({ position }) => position !== null).map((column) => column.name),
        abilities: {
          insert: isTable && canInsert && isFillable,
          update: isTable && canUpdate,
          remove: isTable && canDelete,
        },
      },
      (parts) => sql`(jsonb_build_array(${sql.join(parts)})::text)`,
    );
    return table ? [table] : [];
  });
}

function toFound(row: Row): Found | null {
  const storage = storageOf(row);
  if (storage === null) return null;
  return {
    name: row.name,
    storage,
    cast: sql.id(row.typeSchema, row.type),
    isNullable: !row.required,
    hasDefault: row.filled,
    isReadOnly: row.computed,
  };
}

const STORAGE: Readonly<Record<string, Storage>> = {
  text: 'text',
  varchar: 'text',
  bpchar: 'text',
  citext: 'text',
  name: 'text',
  uuid: 'uuid',
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  numeric: 'decimal',
  float4: 'float',
  float8: 'float',
  bool: 'boolean',
  date: 'date',
  timestamptz: 'datetime',
  timestamp: 'datetime',
  time: 'time',
  json: 'json',
  jsonb: 'json',
  _text: 'text-array',
  _varchar: 'text-array',
};

/** `null` for what Wix has no type for: such a column is left out. */
function storageOf({ type, typeKind }: Row): Storage | null {
  if (typeKind === 'e') return 'label';
  return Object.hasOwn(STORAGE, type) ? (STORAGE[type] ?? null) : null;
}
