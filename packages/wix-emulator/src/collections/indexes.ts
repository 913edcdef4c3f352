import { dataError } from '../http/errors.ts';
import { fieldOf } from '../items/filter/field.ts';
import type { Store } from '../store/store.ts';
import type { Index } from './schema.ts';
import type { Collection } from './store.ts';

/** Every collection has these: for one item, for the default order, and for "my own" items. */
const OWN_INDEXES = [
  ['id', 'UNIQUE INDEX', 'id'],
  ['created', 'INDEX', 'created, id'],
  ['owner', 'INDEX', 'owner, created, id'],
] as const;

export function createOwnIndexes(store: Store, { number }: Collection): void {
  for (const [name, kind, columns] of OWN_INDEXES) {
    store.exec(`CREATE ${kind} own_${number}_${name} ON items (${columns}) WHERE collection = ${number}`);
  }
}

export function dropAllIndexes(store: Store, collection: Collection): void {
  for (const { name } of listIndexes(store, collection)) dropIndex(store, collection, name);
  for (const [name] of OWN_INDEXES) store.exec(`DROP INDEX own_${collection.number}_${name}`);
}

/**
 * Indexes of a collection, each a real expression index over its items only. The expressions are those that
 * filters and sorting compile to, which is how SQLite recognises them.
 *
 * A plain index ends in `id`, the tie-break of every order. A unique one ends in the JSON types, so that
 * `true` and 1 may stand side by side; items without the field do not collide.
 */
export function createIndex(store: Store, collection: Collection, index: Index): void {
  store.write(() => {
    if (find(store, collection, index.name)) {
      throw dataError(409, 'WDE0104', `Index ${index.name} already exists on collection ${collection.id}.`);
    }
    store.run(
      'INSERT INTO indexes (collection, name, definition) VALUES (?, ?, ?)',
      collection.number,
      index.name,
      JSON.stringify(index),
    );
    try {
      store.exec(indexSql(collection, index));
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_CONSTRAINT_UNIQUE') throw error;
      throw dataError(
        409,
        'WDE0074',
        `Index ${index.name} cannot be unique: ${collection.id} holds duplicates.`,
      );
    }
  });
}

export function listIndexes(store: Store, collection: Collection): Index[] {
  return store
    .all<{ definition: string }>(
      'SELECT definition FROM indexes WHERE collection = ? ORDER BY name',
      collection.number,
    )
    .map(({ definition }) => JSON.parse(definition) as Index);
}

export function dropIndex(store: Store, collection: Collection, name: string): void {
  store.write(() => {
    if (!find(store, collection, name)) {
      throw dataError(404, 'WDE0080', `Index ${name} does not exist on collection ${collection.id}.`);
    }
    store.exec(`DROP INDEX ${sqlName(collection, name)}`);
    store.run('DELETE FROM indexes WHERE collection = ? AND name = ?', collection.number, name);
  });
}

function find(store: Store, collection: Collection, name: string): boolean {
  const sql = 'SELECT 1 FROM indexes WHERE collection = ? AND name = ?';
  return store.get(sql, collection.number, name) !== undefined;
}

function indexSql(collection: Collection, { name, fields, unique, caseInsensitive }: Index): string {
  const collate = caseInsensitive ? ' COLLATE NOCASE' : '';
  const keys = fields.map(({ path, order }) => `(${fieldOf(path).value})${collate} ${order}`);
  const ends = unique
    ? fields.map(({ path }) => fieldOf(path).type).filter((type) => !type.startsWith("'"))
    : [`id ${fields.at(-1)?.order ?? 'ASC'}`];
  return (
    `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${sqlName(collection, name)} ` +
    `ON items (${[...keys, ...ends].join(', ')}) WHERE collection = ${collection.number}`
  );
}

/** Hexadecimal, because SQLite's names ignore case and index names do not. */
const sqlName = (collection: Collection, name: string): string =>
  `"field_${collection.number}_${Buffer.from(name).toString('hex')}"`;
