import { notImplemented } from '../http/errors.ts';
import type { Field } from './field-schema.ts';
import type { CollectionInput } from './schema.ts';

/**
 * Wix stores much about a collection that changes what its items do. What the emulator would have to do and does
 * not, it refuses by name: a site that counts on drafts being hidden must not find out later that they are not.
 */
export function refuseUnsupported(
  input: Partial<Pick<CollectionInput, 'collectionType' | 'fields' | 'plugins'>>,
): void {
  const { collectionType = 'NATIVE', fields = [], plugins = [] } = input;
  if (collectionType !== 'NATIVE') throw notImplemented(`collections of the type ${collectionType}`);
  for (const plugin of plugins) refuseUnsupportedPlugin(plugin);
  for (const field of fields) refuseUnsupportedField(field);
}

/** Only this one concerns the dashboard alone. */
export function refuseUnsupportedPlugin({ type }: { type: string }): void {
  if (type !== 'CMS') throw notImplemented(`the collection plugin ${type}`);
}

export function refuseUnsupportedField(field: Partial<Field>): void {
  const rules = ['required', 'readOnly', 'immutable', 'encrypted'] as const;
  const objects = ['numberRange', 'stringLengthRange', 'arraySizeRange', 'condition'] as const;
  const named = [
    ...rules.filter((rule) => field[rule] === true),
    ...objects.filter((rule) => Object.keys(field[rule] ?? {}).length > 0),
  ];
  const [first] = named;
  if (first) throw notImplemented(`${first} of the field ${field.key}`);
  if (field.typeMetadata?.pageLink) throw notImplemented(`the page link of the field ${field.key}`);
  for (const { type } of field.plugins ?? []) {
    if (type !== 'CMS') throw notImplemented(`the field plugin ${JSON.stringify(type)}`);
  }
}
