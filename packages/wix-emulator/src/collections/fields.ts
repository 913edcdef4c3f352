import { applicationError } from '../http/errors.ts';
import type { Store } from '../store/store.ts';
import type { Field } from './field-schema.ts';
import { SYSTEM_KEYS } from './present.ts';
import type { Collection, Collections } from './store.ts';
import { refuseUnsupportedField } from './unsupported.ts';

/** Adds a field; the items are as they were. */
export function createField(collections: Collections, id: string, field: Field): Collection {
  refuseUnsupportedField(field);
  return collections.change(id, undefined, ({ definition: { fields } }) => {
    if (SYSTEM_KEYS.has(field.key) || fields.some(({ key }) => key === field.key)) {
      throw applicationError(409, 'ALREADY_EXISTS', `The field ${field.key} exists in ${id}.`);
    }
    return { fields: [...fields, field] };
  });
}

/** Replaces one field's settings. Values of another type stay: there is no schema to fit [published types]. */
export function changeField(
  collections: Collections,
  id: string,
  key: string,
  change: (known: Field) => Field,
): Collection {
  return collections.change(id, undefined, ({ definition: { fields } }) => {
    requireField(fields, id, key);
    return { fields: fields.map((field) => (field.key === key ? change(field) : field)) };
  });
}

/** Deletes a field and its value in every item. https://dev.wix.com/docs/rest/business-solutions/cms/data-collections/delete-data-collection-field */
export function deleteField(store: Store, collections: Collections, id: string, key: string): Collection {
  return store.write(() => {
    const changed = collections.change(id, undefined, ({ definition: { fields, displayField } }) => {
      requireField(fields, id, key);
      return {
        fields: fields.filter((field) => field.key !== key),
        ...(displayField === key && { displayField: undefined }),
      };
    });
    deleteValues(store, changed.number, key);
    return changed;
  });
}

function deleteValues(store: Store, number: number, key: string): void {
  const path = `$."${key}"`;
  store.run(
    `UPDATE items SET data = json_remove(data, ?) WHERE collection = ${number} AND json_type(data, ?) IS NOT NULL`,
    path,
    path,
  );
  store.run(
    'DELETE FROM array_paths WHERE collection = ? AND (path = ? OR substr(path, 1, ?) = ?)',
    number,
    key,
    key.length + 1,
    `${key}.`,
  );
  store.run('DELETE FROM item_references WHERE collection = ? AND field = ?', number, key);
}

/** System fields are none of the collection's own, even where an older data file lists them. */
function requireField(fields: readonly Field[], id: string, key: string): void {
  if (!SYSTEM_KEYS.has(key) && fields.some((field) => field.key === key)) return;
  throw applicationError(404, 'NOT_FOUND', `There is no field ${key} in ${id}.`);
}
