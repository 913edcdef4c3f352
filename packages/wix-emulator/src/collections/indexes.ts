import { randomUUID } from 'node:crypto';
import { applicationError, dataError } from '../http/errors.ts';
import type { Store } from '../store/store.ts';
import { dropStatements, duplicateSql, indexStatements, violatedIndex } from './index-sql.ts';
import type { Index, StoredIndex } from './index-schema.ts';
import type { Collection } from './store.ts';

/** Every collection has these: for one item, for the default order, and for "my own" items. */
const OWN_INDEXES = [
  ['id', 'UNIQUE INDEX', 'id'],
  ['created', 'INDEX', 'created, id'],
  ['owner', 'INDEX', 'owner, created, id'],
] as const;

/** https://dev.wix.com/docs/sdk/backend-modules/data/indexes/introduction; indexes of one's own making only. */
export const INDEX_LIMITS = { regular: 3, unique: 1, total: 4 } as const;

export function createOwnIndexes(store: Store, { number }: Collection): void {
  for (const [name, kind, columns] of OWN_INDEXES) {
    store.exec(`CREATE ${kind} own_${number}_${name} ON items (${columns}) WHERE collection = ${number}`);
  }
}

/** For rows that came in without their indexes: makes all a collection has. */
export function buildIndexes(store: Store, collection: Collection): void {
  createOwnIndexes(store, collection);
  const working = listIndexes(store, collection).filter(({ failure }) => failure === undefined);
  for (const index of working) {
    const itemId = build(store, collection, index);
    if (itemId !== undefined) throw new Error(`${index.name} is unique, and ${itemId} is not alone`);
  }
}

export function dropAllIndexes(store: Store, collection: Collection): void {
  for (const { name } of listIndexes(store, collection)) dropIndex(store, collection, name);
  for (const [name] of OWN_INDEXES) store.exec(`DROP INDEX own_${collection.number}_${name}`);
}

/**
 * Makes an index, a real one over the items of its collection only. A unique one over duplicates fails the way
 * Wix says: it is kept, says why, does nothing, and holds its place until it is dropped.
 * https://dev.wix.com/docs/rest/business-solutions/cms/indexes/create-index
 */
export function createIndex(store: Store, collection: Collection, index: Index): StoredIndex {
  return store.write(() => {
    if (find(store, collection, index.name)) {
      throw applicationError(409, 'ALREADY_EXISTS', `Index ${index.name} exists on ${collection.id}.`);
    }
    const itemId = build(store, collection, index);
    const failure = itemId !== undefined && {
      code: 'WDE0113',
      description: 'Duplicate key error while building collection index.',
      itemId,
    };
    const stored: StoredIndex = { id: randomUUID(), ...index, ...(failure && { failure }) };
    store.run(
      'INSERT INTO indexes (collection, name, definition) VALUES (?, ?, ?)',
      collection.number,
      index.name,
      JSON.stringify(stored),
    );
    return stored;
  });
}

/** How many more indexes of each kind a collection may have; failed ones take up room [as above]. */
export function availableIndexes(store: Store, collection: Collection): { regular: number; unique: number } {
  const indexes = listIndexes(store, collection);
  const unique = indexes.filter((index) => index.unique).length;
  return {
    regular: Math.max(0, INDEX_LIMITS.regular - (indexes.length - unique)),
    unique: Math.max(0, INDEX_LIMITS.unique - unique),
  };
}

export function requireRoomFor(store: Store, collection: Collection, index: Index): void {
  const kind = index.unique ? 'unique' : 'regular';
  if (availableIndexes(store, collection)[kind] > 0) return;
  throw dataError(400, 'WDE0080', `${collection.id} has as many ${kind} indexes as it may have.`);
}

export function listIndexes(store: Store, collection: Collection): StoredIndex[] {
  return store
    .all<{ definition: string }>(
      'SELECT definition FROM indexes WHERE collection = ? ORDER BY name',
      collection.number,
    )
    .map(({ definition }) => JSON.parse(definition) as StoredIndex);
}

export function dropIndex(store: Store, collection: Collection, name: string): void {
  store.write(() => {
    if (!find(store, collection, name)) {
      throw applicationError(404, 'NOT_FOUND', `Index ${name} does not exist on ${collection.id}.`);
    }
    for (const statement of dropStatements(collection, name)) store.exec(statement);
    store.run('DELETE FROM indexes WHERE collection = ? AND name = ?', collection.number, name);
  });
}

function find(store: Store, collection: Collection, name: string): boolean {
  const sql = 'SELECT 1 FROM indexes WHERE collection = ? AND name = ?';
  return store.get(sql, collection.number, name) !== undefined;
}

/** Gives the item that is in the way, if one is. */
function build(store: Store, collection: Collection, index: Index): string | undefined {
  try {
    for (const statement of indexStatements(collection, index)) store.exec(statement);
    return undefined;
  } catch (error) {
    if (violatedIndex(error) === undefined) throw error;
    return store.get<{ id: string }>(duplicateSql(collection, index))?.id;
  }
}
