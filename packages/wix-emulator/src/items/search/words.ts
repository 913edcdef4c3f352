import { valueAt } from '../path.ts';
import { isObject } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { isNear } from './near.ts';
import type { Terms } from './schema.ts';

/** Decides whether an item is found. */
export type Finder = (item: JsonObject) => boolean;

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const SYSTEM_FIELDS: ReadonlySet<string> = new Set(['_id', '_owner', '_createdDate', '_updatedDate']);

/**
 * Looks for whole words, in any case, in every text of an item, those in objects and lists included. Terms are
 * separated by white space: https://dev.wix.com/docs/sdk/backend-modules/data/items/wix-data-search/expression.
 * A term with punctuation inside, like an e-mail address, is its words one after the other.
 */
export function finderOf({ expression, fuzzy, mode, fields }: Terms): Finder {
  const asked = (expression ?? '').trim();
  if (asked === '') return () => true;
  const terms = asked
    .split(/\s+/)
    .map(wordsOf)
    .filter((words) => words.length > 0);
  if (terms.length === 0) return () => false;
  const meets = fuzzy === true ? isNear : (word: string, sought: string) => word === sought;
  return (item) => {
    const texts = (fields ?? []).length > 0 ? fieldTexts(item, fields ?? []) : itemTexts(item);
    const worded = texts.map(wordsOf);
    const found = (term: string[]) => worded.some((words) => holds(words, term, meets));
    return mode === 'AND' ? terms.every(found) : terms.some(found);
  };
}

/** Whether the words of a term follow each other somewhere. */
function holds(
  words: readonly string[],
  term: readonly string[],
  meets: (word: string, sought: string) => boolean,
): boolean {
  return words.some((_, start) =>
    term.every((sought, index) => {
      const word = words[start + index];
      return word !== undefined && meets(word, sought);
    }),
  );
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(WORD) ?? [];

const itemTexts = (item: JsonObject): string[] =>
  Object.entries(item).flatMap(([key, value]) => (SYSTEM_FIELDS.has(key) ? [] : textsIn(value)));

const fieldTexts = (item: JsonObject, fields: readonly string[]): string[] =>
  fields.flatMap((field) => textsIn(valueAt(item, field) ?? null));

/** Of dates, too, only what is text to a reader: nothing. */
function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((element: Json) => textsIn(element));
  if (!isObject(value) || Object.hasOwn(value, '$date')) return [];
  return Object.values(value).flatMap((inner) => textsIn(inner));
}
