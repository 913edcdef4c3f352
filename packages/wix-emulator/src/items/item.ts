import { randomUUID } from 'node:crypto';
import { invalid, itemTooLarge } from './errors.ts';
import { isDate, normalise } from './value.ts';
import type { Json, JsonObject } from './value.ts';

/** https://dev.wix.com/docs/rest/business-solutions/cms/data-items: an item may take up to 500 kB. */
const MAX_ITEM_BYTES = 500_000;
const MAX_ID_LENGTH = 128;

/** An item about to be stored: the columns, the wire form, and where it holds arrays. */
export type Row = Readonly<{
  id: string;
  owner: string;
  created: string;
  updated: string;
  data: string;
  arrays: readonly string[];
}>;

/** Fields the service writes. What a caller sends for them is not looked at, except by the functions below. */
type System = { id: string; owner: string; created: string; updated: string };

/** Puts the system fields first, as they come back from Wix [recorded]. */
export function rowOf(fields: Readonly<Record<string, unknown>>, system: System): Row {
  if (system.id.length > MAX_ID_LENGTH) {
    throw invalid(`An item id may not be longer than ${MAX_ID_LENGTH} characters.`);
  }
  const arrays: string[] = [];
  const { _id, _owner, _createdDate, _updatedDate, ...own } = fields;
  const data = JSON.stringify({
    _id: system.id,
    _owner: system.owner,
    _createdDate: { $date: system.created },
    _updatedDate: { $date: system.updated },
    ...(normalise(own, (path) => arrays.push(path)) as JsonObject),
  });
  if (Buffer.byteLength(data) > MAX_ITEM_BYTES) throw itemTooLarge();
  return { ...system, data, arrays };
}

/** The id an item is written under: the SDK sends it beside the data and inside it [recorded]. */
export function idOf(item: {
  id?: string | undefined;
  data: Readonly<Record<string, unknown>>;
}): string | undefined {
  const inside = item.data['_id'];
  if (inside !== undefined && inside !== null && (typeof inside !== 'string' || inside === '')) {
    throw invalid('_id must be a non-empty text.');
  }
  if (item.id !== undefined && typeof inside === 'string' && inside !== item.id) {
    throw invalid('The id beside the item and the _id inside it differ.');
  }
  return item.id ?? inside ?? undefined;
}

export const newItemId = (): string => randomUUID();

/** For seeds, which may say when something was written. */
export function dateOf(value: Json | undefined, otherwise: string): string {
  const date = value === undefined ? undefined : normalise(value);
  if (date === undefined) return otherwise;
  if (!isDate(date)) throw invalid('_createdDate and _updatedDate must be written as {"$date": "…"}.');
  return date.$date;
}
