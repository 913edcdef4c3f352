import { fieldOf } from '../items/filter/field.ts';
import type { Index } from './index-schema.ts';
import type { Collection } from './store.ts';

/**
 * What makes an index in SQLite. The expressions are those that filters and sorting compile to, which is how
 * SQLite recognises them.
 *
 * The index that is searched ends in `id`, the tie-break of every order. The one that guards a unique index ends
 * in the JSON type, so that `true` and 1 may stand side by side; items without the field do not collide.
 */
export function indexStatements(collection: Collection, index: Index): string[] {
  const { fields, name, unique, caseInsensitive } = index;
  const where = `WHERE collection = ${collection.number}`;
  const keys = fields.map(({ path, order }) => `(${fieldOf(path).value}) ${order}`);
  const searched = [...keys, `id ${fields.at(-1)?.order ?? 'ASC'}`].join(', ');
  const guarded = fields.flatMap(({ path }) => {
    const { value, type } = fieldOf(path);
    const key = caseInsensitive ? `text_folded(${value})` : value;
    // The type of a column is a constant, and a constant in an index is refused. The column itself becomes an
    // expression, because SQLite names a broken index only where it cannot name columns.
    return type.startsWith("'") ? [`${key} || ''`] : [key, type];
  });
  return [
    // First, so that nothing else is there when it fails.
    ...(unique
      ? [`CREATE UNIQUE INDEX ${guardOf(collection, name)} ON items (${guarded.join(', ')}) ${where}`]
      : []),
    `CREATE INDEX ${nameOf(collection, name)} ON items (${searched}) ${where}`,
  ];
}

export const dropStatements = (collection: Collection, name: string): string[] =>
  [nameOf(collection, name), guardOf(collection, name)].map((index) => `DROP INDEX IF EXISTS ${index}`);

/** Selects the id of an item whose value another item has as well. */
export function duplicateSql(collection: Collection, { fields, caseInsensitive }: Index): string {
  const columns = fields.map(({ path }) => fieldOf(path));
  const values = columns.map(({ value }) => (caseInsensitive ? `text_folded(${value})` : value));
  const present = columns.map(({ value }) => `${value} IS NOT NULL`).join(' AND ');
  const groups = [...values, ...columns.map(({ type }) => type)].map((key) => `(${key})`).join(', ');
  return (
    `SELECT max(id) AS id FROM items WHERE collection = ${collection.number} AND ${present} ` +
    `GROUP BY ${groups} HAVING count(*) > 1 LIMIT 1`
  );
}

/** The index a write would have broken, from SQLite's message; nothing when the error is another. */
export function violatedIndex(error: unknown): string | undefined {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== 'SQLITE_CONSTRAINT_UNIQUE') return undefined;
  const [, hex] = /index 'field_\d+_([0-9a-f]+)/.exec(message ?? '') ?? [];
  // For the one index whose key is a column, that of an item's id, SQLite names the column instead.
  return hex === undefined ? '_id' : Buffer.from(hex, 'hex').toString();
}

/** Hexadecimal, because SQLite's names ignore case and index names do not. */
const nameOf = (collection: Collection, name: string): string =>
  `field_${collection.number}_${Buffer.from(name).toString('hex')}`;
const guardOf = (collection: Collection, name: string): string => `${nameOf(collection, name)}_unique`;
