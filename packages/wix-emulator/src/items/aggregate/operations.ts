import { z } from 'zod';
import { invalid } from '../errors.ts';
import { isDate } from '../value.ts';
import type { Json } from '../value.ts';
import { MAX_ROW } from './budget.ts';

type Values = readonly Json[];
type Operation = Readonly<{
  /** How the operands are written, in order [recorded]. */
  takes: z.ZodType<unknown[]>;
  gives: (values: Values) => Json;
  /** Nothing in, nothing out, unless the operation passes over it. */
  skipsNull?: true;
}>;

const list = z
  .strictObject({ expressions: z.array(z.unknown()).max(1_000) })
  .transform(({ expressions }) => expressions);
const one = z.strictObject({ expression: z.unknown() }).transform(({ expression }) => [expression]);
const pair = z
  .strictObject({ firstExpression: z.unknown(), secondExpression: z.unknown() })
  .transform(({ firstExpression, secondExpression }) => [firstExpression, secondExpression]);
const slice = z
  .strictObject({
    expression: z.unknown(),
    startExpression: z.unknown(),
    lengthExpression: z.unknown().optional(),
  })
  .transform(({ expression, startExpression, lengthExpression }) =>
    lengthExpression === undefined
      ? [expression, startExpression]
      : [expression, startExpression, lengthExpression],
  );

/** https://dev.wix.com/docs/sdk/backend-modules/data/items/wix-data-aggregate-pipeline-expressions/introduction */
export const operations = {
  add: { takes: list, gives: (values) => total('add', values) },
  sum: {
    takes: list,
    gives: (values) =>
      total(
        'sum',
        values.filter((value) => value !== null),
      ),
    skipsNull: true,
  },
  subtract: {
    takes: pair,
    gives: ([a, b]) => finite('subtract', numberOf('subtract', a) - numberOf('subtract', b)),
  },
  multiply: {
    takes: list,
    gives: (values) =>
      finite(
        'multiply',
        values.reduce<number>((product, value) => product * numberOf('multiply', value), 1),
      ),
  },
  divide: {
    takes: pair,
    gives: ([a, b]) => finite('divide', numberOf('divide', a) / divisorOf('divide', b)),
  },
  mod: { takes: pair, gives: ([a, b]) => numberOf('mod', a) % divisorOf('mod', b) },
  abs: { takes: one, gives: ([a]) => Math.abs(numberOf('abs', a)) },
  floor: { takes: one, gives: ([a]) => Math.floor(numberOf('floor', a)) },
  ceil: { takes: one, gives: ([a]) => Math.ceil(numberOf('ceil', a)) },
  concat: { takes: list, gives: concat },
  stringify: { takes: one, gives: ([a]) => stringify(a ?? null) },
  toLower: { takes: one, gives: ([a]) => textOf('toLower', a).toLowerCase() },
  toUpper: { takes: one, gives: ([a]) => textOf('toUpper', a).toUpperCase() },
  substring: { takes: slice, gives: substring },
  length: { takes: one, gives: ([a]) => charactersOf('length', a).length },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

function substring([text, start, length]: Values): Json {
  const characters = charactersOf('substring', text);
  const from = countOf('substring', start);
  const end = length === undefined ? characters.length : from + countOf('substring', length);
  return characters.slice(from, end).join('');
}

function concat(values: Values): string {
  const text = values.map((value) => textOf('concat', value)).join('');
  if (text.length > MAX_ROW) throw invalid(`concat may not make more than ${MAX_ROW} characters.`);
  return text;
}

/** Texts and dates as they are written, everything else as JSON. */
function stringify(value: Json): string {
  if (typeof value === 'string') return value;
  return isDate(value) ? value.$date : JSON.stringify(value);
}

const total = (name: string, values: Values): number =>
  finite(
    name,
    values.reduce<number>((sum, value) => sum + numberOf(name, value), 0),
  );

function divisorOf(name: string, value: Json | undefined): number {
  const divisor = numberOf(name, value);
  if (divisor === 0) throw invalid(`${name} cannot divide by zero.`);
  return divisor;
}

function countOf(name: string, value: Json | undefined): number {
  const count = numberOf(name, value);
  if (!Number.isInteger(count) || count < 0) throw invalid(`${name} counts in whole numbers from 0.`);
  return count;
}

function numberOf(name: string, value: Json | undefined): number {
  if (typeof value !== 'number') throw invalid(`${name} supports only Number.`);
  return value;
}

/** By code point: half a surrogate pair is no text. */
const charactersOf = (name: string, value: Json | undefined): string[] => Array.from(textOf(name, value));

function textOf(name: string, value: Json | undefined): string {
  if (typeof value !== 'string') throw invalid(`${name} supports only String.`);
  return value;
}

/** JSON knows no infinity. */
export function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw invalid(`${name} gives a number that is too large.`);
  return value;
}
