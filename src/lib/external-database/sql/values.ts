import { z } from 'zod';
import type { Column } from '../catalogue/table.ts';
import { invalid } from '../fault.ts';

/**
 * A value on its way into a statement: texts, instants, days and times as texts in their one form, numbers as the text
 * of their digits, JSON as its text, lists of texts as they are.
 */
export type Stored = string | boolean | readonly string[];

/** A number as JSON or people write one. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TIME = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?$/;
const INT64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

const Day = z.iso.date();
const Instant = z.iso.datetime({ offset: true });

/**
 * Reads a value of Wix for a column; `null` stays `null`.
 * @param path where it stands, for the fault.
 * @throws {Fault} `VALIDATION_ERROR` when the column cannot hold it, or not without loss.
 */
export function readValue(column: Column, value: unknown, path: string): Stored | null {
  if (value === null || value === undefined) return null;
  switch (column.storage) {
    case 'text':
    case 'label':
      return readText(value, path);
    case 'uuid': {
      const text = readText(value, path);
      if (!UUID.test(text)) throw invalid(path, 'is not a UUID');
      return text.toLowerCase();
    }
    case 'integer': {
      const text = readNumber(value, path);
      const whole = INTEGER.test(text) ? BigInt(text) : null;
      if (whole === null || whole < INT64.least || whole > INT64.most)
        throw invalid(path, 'is not a whole number');
      return text;
    }
    case 'decimal':
    case 'float':
      return readNumber(value, path);
    case 'boolean':
      if (typeof value !== 'boolean') throw invalid(path, 'is not true or false');
      return value;
    case 'date':
      return readDay(value, path);
    case 'datetime':
      return readInstant(value, path);
    case 'time':
      return readTime(value, path);
    case 'json':
      return readJson(column, value, path);
    case 'text-array':
      return readTexts(value, path);
  }
}

/** PostgreSQL keeps no NUL, and no database keeps half a character. */
function readText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw invalid(path, 'is not a text');
  if (value.includes('\0') || !value.isWellFormed())
    throw invalid(path, 'holds characters that cannot be kept');
  return value;
}

/** What a number cannot hold exactly comes as a text, and is kept to the last digit. */
function readNumber(value: unknown, path: string): string {
  if (typeof value === 'number' && Number.isFinite(value)) return plainDigits(value);
  if (typeof value === 'string' && value.length <= 200 && NUMBER.test(value)) return value;
  throw invalid(path, 'is not a number');
}

function plainDigits(value: number): string {
  return Number.isSafeInteger(value) ? BigInt(value).toString() : String(value);
}

function readDay(value: unknown, path: string): string {
  const day = isWixDate(value) ? String(value.$date).slice(0, 10) : value;
  if (!Day.safeParse(day).success) throw invalid(path, 'is not a date like 2024-12-31');
  return day as string;
}

/** Wix writes an instant as an object; a bare text is taken where the column holds instants, and nowhere else. */
function readInstant(value: unknown, path: string): string {
  const text = isWixDate(value) ? value.$date : value;
  if (typeof text === 'string' && text.length < 40 && Instant.safeParse(text).success) {
    const instant = new Date(text);
    const iso = Number.isNaN(instant.getTime()) ? '' : instant.toISOString();
    if (/^\d{4}-/.test(iso) && iso >= '0001') return iso;
  }
  throw invalid(path, 'is not an instant like {"$date": "2024-12-31T12:00:00.000Z"}');
}

function readTime(value: unknown, path: string): string {
  const [, hours, minutes, seconds = '00', part = ''] = (typeof value === 'string' && TIME.exec(value)) || [];
  if (hours === undefined) throw invalid(path, 'is not a time like 12:34:56.789');
  return `${hours}:${minutes}:${seconds}.${part.padEnd(3, '0')}`;
}

function readJson(column: Column, value: unknown, path: string): string {
  if (column.type === 'ARRAY_STRING') return JSON.stringify(readTexts(value, path));
  if (column.type.startsWith('ARRAY') && !Array.isArray(value)) throw invalid(path, 'is not a list');
  const text = JSON.stringify(value);
  if (/\\u0000|\\ud[89a-f]/i.test(text)) throw invalid(path, 'holds characters that cannot be kept');
  return text;
}

function readTexts(value: unknown, path: string): readonly string[] {
  if (!Array.isArray(value)) throw invalid(path, 'is not a list');
  return value.map((entry, index) => readText(entry, `${path}.${index}`));
}

export function isWixDate(value: unknown): value is { $date: unknown } {
  return typeof value === 'object' && value !== null && '$date' in value && Object.keys(value).length === 1;
}

/** What the database answered for a column, as Wix reads it. */
export function presentValue(column: Column, raw: unknown): unknown {
  if (raw === null || raw === undefined) return null;
  if (column.key === '_id') return typeof raw === 'string' ? raw : JSON.stringify(raw);
  switch (column.storage) {
    case 'integer':
    case 'decimal':
    case 'float':
      return presentNumber(raw);
    case 'boolean':
      return raw === true || raw === 1;
    case 'datetime':
      return { $date: raw };
    case 'json':
      return typeof raw === 'string' ? parsed(raw) : raw;
    case 'text-array':
      return raw;
    default:
      return typeof raw === 'string' ? raw : JSON.stringify(raw);
  }
}

/** As a number where that is exact, else as the text of its digits: nothing is lost on the way. */
function presentNumber(raw: unknown): unknown {
  if (typeof raw !== 'string') return raw;
  const number = Number(raw);
  if (!Number.isFinite(number) || raw === '') return raw;
  return sameNumber(raw, plainDigits(number)) ? number : raw;
}

/** Whether two texts are the same number to the last digit. */
function sameNumber(one: string, other: string): boolean {
  return one === other || normal(one) === normal(other);
}

/** Digits without zeros around them, and where the point stands. */
function normal(text: string): string {
  const [, sign = '', whole = '', part = '', exponent = '0'] =
    /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + part).replace(/^0+/, '');
  const bare = digits.replace(/0+$/, '');
  if (bare === '') return '0';
  return `${sign}${bare}e${Number(exponent) - part.length + digits.length - bare.length}`;
}

/** A text that somebody else wrote into a JSON column, and that is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether a double holds exactly this number, as SQLite's columns need. */
export function isExactDouble(digits: string): boolean {
  const number = Number(digits);
  return Number.isFinite(number) && sameNumber(digits, plainDigits(number));
}
