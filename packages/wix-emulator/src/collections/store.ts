import { addressOf } from '../external-databases/store.ts';
import { applicationError, dataError, notImplemented } from '../http/errors.ts';
import { collectionMissing } from '../items/errors.ts';
import type { Store } from '../store/store.ts';
import { createOwnIndexes, dropAllIndexes } from './indexes.ts';
import { accessOf, changedAccess, dataForm } from './permissions.ts';
import type { Access, Action, DataPermissions, Permissions } from './permissions.ts';
import { SYSTEM_KEYS } from './present.ts';
import type { CollectionInput } from './schema.ts';
import { isGranted } from './special-permissions.ts';
import { refuseUnsupported } from './unsupported.ts';

/** What the caller decides about a collection. */
type Settings = Pick<CollectionInput, 'id' | 'displayName' | 'displayField' | 'fields' | 'plugins'> & {
  permissions?: Permissions | undefined;
  dataPermissions?: DataPermissions | undefined;
};

/** What is kept of a collection; `present.ts` gives it the shape of an answer. */
export type Definition = Readonly<Settings & { revision: string; createdDate: string; updatedDate: string }>;

export type Collection = Readonly<{
  id: string;
  number: number;
  access: Access;
  definition: Definition;
  /** Whether someone has special permissions for an action; looked up when asked, for most never need them. */
  grants(userId: string, action: Action): boolean;
}>;

type Row = { number: number; definition: string };

/** https://dev.wix.com/docs/sdk/backend-modules/data */
const MAX_COLLECTIONS = 1_000;

export class Collections {
  readonly #parsed = new Map<number, { text: string; collection: Collection }>();
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  find(id: string): Collection | undefined {
    const row = this.#store.get<Row>('SELECT number, definition FROM collections WHERE id = ?', id);
    return row && this.#read(row);
  }

  require(id: string): Collection {
    const collection = this.find(id);
    if (collection) return collection;
    this.#refuseExternal(id);
    throw collectionMissing(id);
  }

  all(): Collection[] {
    return this.#store
      .all<Row>('SELECT number, definition FROM collections ORDER BY id')
      .map((row) => this.#read(row));
  }

  create(input: CollectionInput): Collection {
    refuseUnsupported(input);
    refuseTwins(input);
    return this.#store.write(() => {
      if (this.find(input.id)) throw dataError(409, 'WDE0104', `Collection ${input.id} already exists.`);
      this.#refuseExternal(input.id);
      if (!input.permissions && !input.dataPermissions) {
        throw dataError(400, 'WDE0080', 'A collection needs permissions or dataPermissions.');
      }
      const count =
        this.#store.get<{ count: number }>('SELECT count(*) AS count FROM collections')?.count ?? 0;
      if (count >= MAX_COLLECTIONS) {
        throw dataError(400, 'WDE0080', `A site may not have more than ${MAX_COLLECTIONS} collections.`);
      }
      const now = this.#isoNow();
      const access = accessOf(input.permissions, input.dataPermissions);
      const definition = { ...settingsOf(input, access), revision: '1', createdDate: now, updatedDate: now };
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
  replace(input: CollectionInput): Collection {
    refuseUnsupported(input);
    refuseTwins(input);
    return this.change(input.id, input.revision, ({ access }) =>
      settingsOf(input, changedAccess(access, input.permissions, input.dataPermissions)),
    );
  }

  /** Changes some of the settings, at the revision named if one is: someone may have changed them since. */
  change(
    id: string,
    revision: string | null | undefined,
    change: (known: Collection) => Partial<Settings>,
  ): Collection {
    return this.#store.write(() => {
      const known = this.require(id);
      const { definition } = known;
      if (typeof revision === 'string' && revision !== definition.revision) {
        throw dataError(409, 'WDE0080', `Revision ${revision} of ${id} is not the present one.`);
      }
      const changed: Definition = {
        ...definition,
        ...change(known),
        revision: String(Number(definition.revision) + 1),
        updatedDate: this.#isoNow(),
      };
      const sql = 'UPDATE collections SET definition = ? WHERE number = ?';
      this.#store.run(sql, JSON.stringify(changed), known.number);
      return this.require(id);
    });
  }

  /** With everything in it. */
  remove(collection: Collection): void {
    const { number } = collection;
    this.#store.write(() => {
      this.#store.run(`DELETE FROM items WHERE collection = ${number}`);
      dropAllIndexes(this.#store, collection);
      for (const table of ['array_paths', 'item_references', 'replica_past', 'special_permissions']) {
        this.#store.run(`DELETE FROM ${table} WHERE collection = ?`, number);
      }
      this.#store.run('DELETE FROM collections WHERE number = ?', number);
    });
  }

  #refuseExternal(id: string): void {
    const address = addressOf(this.#store, id);
    if (address)
      throw notImplemented(
        `this of collections of external databases, as ${id} of ${address.connection.name} is`,
      );
  }

  /** What a definition says is worked out once; whether it is still the present one the row itself tells. */
  #read({ number, definition }: Row): Collection {
    const known = this.#parsed.get(number);
    if (known?.text === definition) return known.collection;
    const collection = this.#parse(number, JSON.parse(definition) as Definition);
    this.#parsed.set(number, { text: definition, collection });
    return collection;
  }

  #parse(number: number, parsed: Definition): Collection {
    return {
      id: parsed.id,
      number,
      definition: parsed,
      access: accessOf(parsed.permissions, parsed.dataPermissions),
      grants: (userId, action) => isGranted(this.#store, number, userId, action),
    };
  }

  #isoNow(): string {
    return new Date(this.#now()).toISOString();
  }
}

/** Permissions are kept in the model that can say more; system fields, which come back in what was read, are not. */
function settingsOf(input: CollectionInput, access: Access): Settings {
  const { id, displayName, displayField, plugins } = input;
  const fields = input.fields.filter(({ key }) => !SYSTEM_KEYS.has(key));
  return { id, displayName, displayField, fields, plugins, dataPermissions: dataForm(access) };
}

function refuseTwins({ fields, plugins = [] }: CollectionInput): void {
  const names = [...fields.map(({ key }) => `field ${key}`), ...plugins.map(({ type }) => `plugin ${type}`)];
  const twin = names.find((name, index) => names.indexOf(name) < index);
  if (twin) throw applicationError(409, 'ALREADY_EXISTS', `The ${twin} is there twice.`);
}
