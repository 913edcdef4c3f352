import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { REGISTRATION } from '../store/store.ts';
import type { Store } from '../store/store.ts';
import { FORMAT, PLAIN_TABLES, VERSION } from './format.ts';
import type { Value } from './format.ts';

/** Gives the lines of a site's state, each with its line break, as of one moment: writes go on meanwhile. */
export function* exportState(store: Store): Generator<string> {
  const snapshot = store.snapshot();
  try {
    const digest = createHash('sha256');
    for (const line of contentLines(snapshot)) {
      digest.update(line);
      yield line;
    }
    yield lineOf({ end: { sha256: digest.digest('hex') } });
  } finally {
    snapshot.close();
  }
}

function* contentLines(snapshot: Database): Generator<string> {
  yield lineOf({ format: FORMAT, version: VERSION });
  // Collections come before their items, because an item is checked against its collection.
  for (const table of PLAIN_TABLES.toReversed()) {
    const rows = snapshot.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).iterate();
    for (const row of rows) {
      if (table === 'meta' && REGISTRATION.includes(String(row['key']))) continue;
      yield lineOf({
        table,
        row: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, spell(value)])),
      });
    }
  }
  const items = snapshot.prepare<[], { collection: number; data: string }>(
    'SELECT collection, data FROM items ORDER BY rowid',
  );
  // `data` is JSON already.
  for (const { collection, data } of items.iterate()) yield `{"collection":${collection},"item":${data}}\n`;
}

const lineOf = (value: object): string => `${JSON.stringify(value)}\n`;

const spell = (value: unknown): Value =>
  Buffer.isBuffer(value) ? { bytes: value.toString('base64url') } : (value as Exclude<Value, object>);
