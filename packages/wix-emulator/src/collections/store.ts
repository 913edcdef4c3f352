import { dataError } from '../http/errors.ts';
import { collectionMissing } from '../items/errors.ts';
import type { Store } from '../store/store.ts';
import { createOwnIndexes, dropAllIndexes } from './indexes.ts';
import { accessOf } from './permissions.ts';
import type { Access } from './permissions.ts';
import type { CollectionInput } from './schema.ts';

/** What the caller decides about a collection. */
type Settings = Pick<
  CollectionInput,
  'id' | 'displayName' | 'displayField' | 'fields' | 'permissions' | 'dataPermissions' | 'plugins'
>;

/** What is kept of a collection; `present.ts` gives it the shape of an answer. */
export type Definition = Readonly<Settings & { revision: string; createdDate: string; updatedDate: string }>;

export type Collection = Readonly<{ id: string; number: number; access: Access; definition: Definition }>;

type Row = { number: number; definition: string };

export class Collections {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  find(id: string): Collection | undefined {
    const row = this.#store.get<Row>('SELECT number, definition FROM collections WHERE id = ?', id);
    return row && read(row);
  }

  require(id: string): Collection {
    const collection = this.find(id);
    if (!collection) throw collectionMissing(id);
    return collection;
  }

  all(): Collection[] {
    return this.#store.all<Row>('SELECT number, definition FROM collections ORDER BY id').map(read);
  }

  create(input: CollectionInput): Collection {
    return this.#store.write(() => {
      if (this.find(input.id)) throw dataError(409, 'WDE0104', `Collection ${input.id} already exists.`);
      if (!input.permissions && !input.dataPermissions) {
        throw dataError(400, 'WDE0080', 'A collection needs permissions or dataPermissions.');
      }
      const now = new Date(this.#now()).toISOString();
      const definition: Definition = {
        ...settingsOf(input),
        revision: '1',
        createdDate: now,
        updatedDate: now,
      };
      this.#store.run(
        'INSERT INTO collections (id, definition) VALUES (?, ?)',
        input.id,
        JSON.stringify(definition),
      );
      const collection = this.require(input.id);
      createOwnIndexes(this.#store, collection);
      return collection;
    });
  }

  /** Replaces the settings. Items are not touched: there is no schema to fit. */
  update(input: CollectionInput): Collection {
    return this.#store.write(() => {
      const { number, definition: known } = this.require(input.id);
      if (input.revision !== known.revision) {
        throw dataError(409, 'WDE0080', `Revision ${input.revision} of ${input.id} is not the present one.`);
      }
      const definition: Definition = {
        ...settingsOf(input),
        revision: String(Number(known.revision) + 1),
        createdDate: known.createdDate,
        updatedDate: new Date(this.#now()).toISOString(),
      };
      this.#store.run(
        'UPDATE collections SET definition = ? WHERE number = ?',
        JSON.stringify(definition),
        number,
      );
      return this.require(input.id);
    });
  }

  /** With everything in it. */
  remove(collection: Collection): void {
    const { number } = collection;
    this.#store.write(() => {
      this.#store.run(`DELETE FROM items WHERE collection = ${number}`);
      dropAllIndexes(this.#store, collection);
      this.#store.run('DELETE FROM array_paths WHERE collection = ?', number);
      this.#store.run('DELETE FROM collections WHERE number = ?', number);
    });
  }
}

function settingsOf(input: CollectionInput): Settings {
  const { id, displayName, displayField, fields, permissions, dataPermissions, plugins } = input;
  return { id, displayName, displayField, fields, permissions, dataPermissions, plugins };
}

function read({ number, definition }: Row): Collection {
  const parsed = JSON.parse(definition) as Definition;
  return {
    id: parsed.id,
    number,
    definition: parsed,
    access: accessOf(parsed.permissions, parsed.dataPermissions),
  };
}
