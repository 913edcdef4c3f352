import { invalid } from '../errors.ts';
import { isDate, isObject } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { evaluate, parseExpression } from './expression.ts';
import type { Expression } from './expression.ts';
import { resultField } from './read-path.ts';
import type { ReadPath } from './read-path.ts';
import { Field } from './schema.ts';

/** What becomes of a field: it is named as it is, made anew, or looked into. */
type Part = 'itself' | Expression | Parts;
type Parts = Map<string, Part>;

/** Either the named fields and no others, or all but the named. `_id` stays unless it is excluded by name. */
export type Projection = Readonly<{ keeps: 'named' | 'others'; parts: Parts }>;

const MAX_DEPTH = 16;

/**
 * Reads a projection. Including and making fields leave everything else out, excluding keeps it: both at once make
 * no sense, except for `_id`, as in the databases Wix runs on.
 */
export function parseProjection(fields: readonly unknown[], readPath: ReadPath): Projection {
  const named: Parts = new Map();
  const excluded: Parts = new Map();

  function read(parts: readonly unknown[], prefix: string, depth: number): void {
    if (depth > MAX_DEPTH) throw invalid(`A projection may not be nested deeper than ${MAX_DEPTH} levels.`);
    for (const part of parts) {
      const { data: field } = Field.safeParse(part);
      if (!field) throw invalid('A projection includes, excludes, reshapes or nests a field, one at a time.');
      if ('include' in field) place(named, prefix + readPath(field.include.fieldName), 'itself');
      else if ('exclude' in field) place(excluded, prefix + readPath(field.exclude.fieldName), 'itself');
      else if ('reshape' in field) {
        const { resultFieldName, expression } = field.reshape;
        place(named, prefix + resultField(resultFieldName), parseExpression(expression, readPath));
      } else {
        const { resultFieldName, fields: nested } = field.projectNested;
        read(nested, `${prefix}${resultField(resultFieldName)}.`, depth + 1);
      }
    }
  }

  read(fields, '', 0);
  const withoutId = excluded.get('_id') === 'itself';
  if (named.size === 0 && excluded.size === 0) throw invalid('A projection must name fields.');
  if (named.size === 0) return { keeps: 'others', parts: excluded };
  if (excluded.size > (withoutId ? 1 : 0)) {
    throw invalid('A projection either includes or excludes fields; only _id may be excluded beside others.');
  }
  if (!withoutId && !named.has('_id')) named.set('_id', 'itself');
  return { keeps: 'named', parts: named };
}

export function project({ keeps, parts }: Projection, row: JsonObject): JsonObject {
  return keeps === 'named' ? (keepNamed(parts, row, row) ?? {}) : keepOthers(parts, row);
}

/** The named parts of a value; nothing, when it has none of them. Expressions see the whole row. */
function keepNamed(parts: Parts, value: Json | undefined, row: JsonObject): JsonObject | undefined {
  const source = isObject(value) && !isDate(value) ? value : undefined;
  const kept: [string, Json][] = [];
  for (const [key, part] of parts) {
    const old = source && Object.hasOwn(source, key) ? source[key] : undefined;
    const made = partOf(part, old, row);
    if (made !== undefined) kept.push([key, made]);
  }
  // An object stays one when nothing in it was named.
  return kept.length > 0 || source ? Object.fromEntries(kept) : undefined;
}

function partOf(part: Part, old: Json | undefined, row: JsonObject): Json | undefined {
  if (part === 'itself') return old;
  return part instanceof Map ? keepNamed(part, old, row) : evaluate(part, row);
}

function keepOthers(parts: Parts, source: JsonObject): JsonObject {
  const kept = Object.entries(source).flatMap(([key, value]): [string, Json][] => {
    const part = parts.get(key);
    if (part === undefined) return [[key, value]];
    if (!(part instanceof Map)) return [];
    return [[key, isObject(value) && !isDate(value) ? keepOthers(part, value) : value]];
  });
  return Object.fromEntries(kept);
}

/** Two parts at one place, or one inside the other, contradict each other. */
function place(parts: Parts, path: string, part: Part): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let inner = parts;
  for (const key of keys) {
    const next = inner.get(key) ?? new Map<string, Part>();
    if (!(next instanceof Map)) throw invalid(`A projection names [${path}] twice.`);
    inner.set(key, next);
    inner = next;
  }
  if (inner.has(last)) throw invalid(`A projection names [${path}] twice.`);
  inner.set(last, part);
}
