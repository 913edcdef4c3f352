import { invalid } from '../../items/errors.ts';
import { normalise } from '../../items/value.ts';
import type { Json, JsonObject } from '../../items/value.ts';
import type { External } from './reach.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A new item as it is sent: its owner is whoever makes it, where the table has a place for that. Dates are the adapter's. */
export function newItem(external: External, id: string, data: Fields): JsonObject {
  const { caller, generation } = external;
  // Of what backend code makes nobody is the owner, in the legacy generation: there it is nobody who asks.
  const owner = caller.type === 'APP' && generation === 'legacy' ? null : caller.id;
  return { _id: id, ...(hasField(external, '_owner') && { _owner: owner }), ...ownFields(data) };
}

/** An item in the place of another. It keeps its owner, unless whoever may change that says otherwise. */
export function changedItem(external: External, id: string, data: Fields): JsonObject {
  const owner = data['_owner'];
  const isGiven = external.mayChangeOwner && typeof owner === 'string' && owner !== '';
  return { _id: id, ...(isGiven && { _owner: owner }), ...ownFields(data) };
}

/** The same after a patch, which has read the item and so knows its owner. */
export const patchedItem = (id: string, stored: JsonObject, data: JsonObject): JsonObject => ({
  _id: id,
  ...(Object.hasOwn(stored, '_owner') && { _owner: stored['_owner'] as Json }),
  ...ownFields(data),
});

function ownFields({ _id, _owner, _createdDate, _updatedDate, ...own }: Fields): JsonObject {
  const normal = normalise(own);
  if (typeof normal !== 'object' || normal === null) throw invalid('An item must be an object.');
  return normal as JsonObject;
}

const hasField = ({ schema }: External, key: string): boolean =>
  schema.fields.some((field) => field.key === key);
