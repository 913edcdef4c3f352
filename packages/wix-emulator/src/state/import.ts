import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { z } from 'zod';
import { buildIndexes } from '../collections/indexes.ts';
import type { Collection } from '../collections/store.ts';
import { rowOf } from '../items/item.ts';
import type { Site } from '../site.ts';
import { Head, Line, VERSION } from './format.ts';
import type { ItemLine, TableLine, Value } from './format.ts';

/** A state that cannot be taken over; the site is as it was. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

/**
 * Puts a state in the place of everything the site holds, in one transaction: all of it, or nothing. Lines come
 * without their line breaks.
 */
export function importState(site: Site, lines: Iterable<string>): void {
  site.store.write(() => {
    site.store.clear();
    readLines(site, lines);
    // After the rows: filling an index once is much quicker than keeping it up to date row by row.
    for (const collection of site.collections.all()) buildIndexes(site.store, collection);
  });
}

function readLines(site: Site, lines: Iterable<string>): void {
  const digest = createHash('sha256');
  const collections = new Map<number, Collection>();
  let number = 0;
  let ended = false;
  for (const text of lines) {
    number += 1;
    if (ended) throw new StateError(`line ${number}: there is more after the end`);
    if (number === 1) readHead(text);
    else ended = readLine(site, collections, digest, text, number);
    if (!ended) digest.update(text).update('\n');
  }
  if (!ended) throw new StateError(`the state was cut off after line ${number}`);
}

function readHead(text: string): void {
  const head = Head.safeParse(parse(text, 1));
  if (!head.success) throw new StateError('line 1: this is not a state of the Wix emulator');
  const { version } = head.data;
  if (version > VERSION) {
    throw new StateError(`it has version ${version}, this emulator knows versions up to ${VERSION}`);
  }
}

/** Gives whether this was the last line. */
function readLine(
  site: Site,
  collections: Map<number, Collection>,
  digest: Hash,
  text: string,
  number: number,
): boolean {
  const parsed = Line.safeParse(parse(text, number));
  if (!parsed.success) throw new StateError(`line ${number}: ${z.prettifyError(parsed.error)}`);
  const line = parsed.data;
  if ('end' in line) {
    if (line.end.sha256 !== digest.digest('hex'))
      throw new StateError('the state was changed after it was made');
    return true;
  }
  try {
    if ('table' in line) addRow(site, line);
    else addItem(site, collectionOf(site, collections, line.collection), line.item);
  } catch (error) {
    throw new StateError(`line ${number}: ${(error as Error).message}`, { cause: error });
  }
  return false;
}

/** Collections stand before all items, so each is looked up once. */
function collectionOf(site: Site, known: Map<number, Collection>, number: number): Collection {
  if (known.size === 0)
    for (const collection of site.collections.all()) known.set(collection.number, collection);
  const collection = known.get(number);
  if (!collection) throw new Error(`there is no collection ${number}`);
  return collection;
}

function addItem(site: Site, collection: Collection, item: ItemLine['item']): void {
  const { _id: id, _owner: owner, _createdDate, _updatedDate } = item;
  const dates = { created: _createdDate.$date, updated: _updatedDate.$date };
  site.items.addRow(collection, rowOf(item, { id, owner, ...dates }));
}

/** The names of columns are those of the table, or the row is refused: they stand in the text. */
function addRow(site: Site, { table, row }: TableLine): void {
  const names = Object.keys(row);
  const columns = site.store.columns(table);
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown !== undefined) throw new Error(`${table} has no column ${unknown}`);
  const values = names.map((name) => spelled(row[name] ?? null));
  site.store.run(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    ...values,
  );
}

const spelled = (value: Value): string | number | null | Buffer =>
  typeof value === 'object' && value !== null ? Buffer.from(value.bytes, 'base64url') : value;

function parse(text: string, number: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StateError(`line ${number} is not JSON`);
  }
}
