import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { DataFileError } from './data-file-error.ts';
import { openStore } from './open.ts';
import { migrations } from './schema.ts';
import { Store } from './store.ts';

let path = '';

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'wix-emulator-'));
  path = join(folder, 'site.sqlite');
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

describe('a file that is used', () => {
  test('is durable: write-ahead log, and every commit on disk', () => {
    const { db } = openStore(path);
    onTestFinished(() => void db.close());
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
  });

  test('opens again, with what was in it', () => {
    const first = new Store(path);
    first.writeValue('key', { a: 1 });
    first.close();
    const second = new Store(path);
    onTestFinished(() => second.close());
    expect(second.readValue('key')).toEqual({ a: 1 });
    expect(second.holdsNothing()).toBe(false);
  });

  test('may be empty', () => {
    writeFileSync(path, '');
    const store = new Store(path);
    onTestFinished(() => store.close());
    expect(store.holdsNothing()).toBe(true);
  });
});

describe('a file that cannot be used is refused by name and left as it is', () => {
  function expectRefusal(reason: string): void {
    const before = readFileSync(path);
    expect(() => openStore(path)).toThrow(DataFileError);
    expect(() => openStore(path)).toThrow(reason);
    expect(() => openStore(path)).toThrow(path);
    expect(readFileSync(path).equals(before)).toBe(true);
  }

  test('of a newer version', () => {
    openStore(path).db.close();
    const db = new Database(path);
    db.pragma(`user_version = ${migrations.length + 1}`);
    db.close();
    expectRefusal(`it has version ${migrations.length + 1}`);
  });

  test('of another program', () => {
    const db = new Database(path);
    db.exec('CREATE TABLE theirs (id)');
    db.close();
    expectRefusal('not a data file of the Wix emulator');
  });

  test('that is no database', () => {
    writeFileSync(path, 'once upon a time '.repeat(500));
    expectRefusal('damaged or not a SQLite file');
  });

  test('that is cut short', () => {
    fill(path);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, Math.floor(whole.length / 2)));
    expectRefusal('damaged');
  });

  test('with a page of noise', () => {
    fill(path);
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096 * 3, 4096 * 6);
    writeFileSync(path, bytes);
    expectRefusal('damaged');
  });
});

test('what a crash left in the write-ahead log is there after it', () => {
  const store = new Store(path);
  store.writeValue('key', 'kept');
  // The files as a killed process leaves them: the log not yet moved into the database.
  const copy = `${path}-copy`;
  for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
  store.close();
  const after = new Store(copy);
  onTestFinished(() => after.close());
  expect(after.readValue('key')).toBe('kept');
});

describe('a large file', () => {
  /** As if every file were large. */
  const AT_ONCE = 0;

  test('is used at once, and whole when it was read through', async () => {
    fill(path);
    const store = new Store(path, AT_ONCE);
    onTestFinished(() => store.close());
    expect(store.readValue('key-7')).toBe('x'.repeat(50));
    expect(await store.damage).toBeUndefined();
    expect(store.readValue('key-7')).toBe('x'.repeat(50));
  });

  test('with noise among the items is not used any more once that is found', async () => {
    const store = new Store(path);
    store.write(() => {
      for (let n = 0; n < 2_000; n += 1) {
        store.run("INSERT INTO items VALUES (1, ?, 'o', 'c', 'u', ?)", `i${n}`, 'x'.repeat(50));
      }
    });
    store.close();
    const bytes = readFileSync(path);
    // Behind the small tables, whose pages come first.
    bytes.fill(0xa5, bytes.length - 4096 * 6, bytes.length - 4096 * 3);
    writeFileSync(path, bytes);
    const damaged = new Store(path, AT_ONCE);
    onTestFinished(() => damaged.close());
    const damage = await damaged.damage;
    expect(damage?.message).toContain('damaged');
    expect(() => damaged.readValue('key')).toThrow(DataFileError);
    expect(() => damaged.write(() => damaged.writeValue('key', 1))).toThrow(DataFileError);
  });

  test('with noise in a small table is refused', () => {
    fill(path);
    const bytes = readFileSync(path);
    bytes.fill(0xa5, bytes.length - 4096 * 6, bytes.length - 4096 * 3);
    writeFileSync(path, bytes);
    expect(() => new Store(path, AT_ONCE)).toThrow(DataFileError);
  });

  test('can be closed while it is being read', async () => {
    fill(path);
    const store = new Store(path, AT_ONCE);
    store.close();
    expect(await store.damage).toBeUndefined();
  });
});

test('is for its owner’s eyes only', () => {
  new Store(path).close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

function fill(file: string): void {
  const store = new Store(file);
  store.write(() => {
    for (let n = 0; n < 2_000; n += 1) store.writeValue(`key-${n}`, 'x'.repeat(50));
  });
  store.close();
}
