import { composedKey, toColumn, type Found } from './column.ts';
import type { Abilities, Column, Fragment, Table } from './table.ts';

export type FoundTable = Readonly<{
  name: string;
  schema: string | null;
  from: Fragment;
  columns: readonly Found[];
  /** Names of the columns of the primary key. */
  primaryKey: readonly string[];
  abilities: Abilities;
}>;

const READ_ONLY: Abilities = { insert: false, update: false, remove: false };

/**
 * A table as a collection, or nothing where its rows have no name: without `_id` and without a primary key an item
 * could not be told from another.
 * @param compose several columns as one text.
 */
export function assemble(
  found: FoundTable,
  compose: (columns: readonly Fragment[]) => Fragment,
): Table | null {
  const { name, schema, from, primaryKey, abilities } = found;
  const own = found.columns.find((column) => column.name === '_id');
  const single =
    primaryKey.length === 1 ? found.columns.find(({ name: each }) => each === primaryKey[0]) : undefined;
  const keyed = own ?? single;
  const isKeyed = keyed !== undefined && ['text', 'uuid', 'integer'].includes(keyed.storage);
  let key: Column;
  let rest: readonly Found[];
  if (keyed && isKeyed) {
    key = { ...toColumn(keyed, '_id'), isNullable: false };
    rest = found.columns.filter((column) => column !== keyed);
  } else if (primaryKey.length > 0 && !own) {
    const parts = found.columns.filter((column) => primaryKey.includes(column.name));
    if (parts.length < primaryKey.length) return null;
    key = composedKey(compose(parts.map((part) => toColumn(part).ref)));
    rest = found.columns;
  } else {
    return null;
  }
  const columns = new Map([
    ['_id', key],
    ...rest.map((column): [string, Column] => [column.name, toColumn(column)]),
  ]);
  // Without a unique `_id`, a row that is changed by it could be two.
  const isUnique = primaryKey.length === 1 && primaryKey[0] === keyed?.name;
  return {
    id: name,
    name,
    schema,
    from,
    columns,
    key,
    abilities: isKeyed && isUnique ? abilities : READ_ONLY,
  };
}
