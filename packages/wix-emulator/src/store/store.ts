import Database from 'better-sqlite3';
import type { Statement } from 'better-sqlite3';
import { contentTables } from './schema.ts';
import type { DataFileError } from './data-file-error.ts';
import { openStore } from './open.ts';
import { ReadThrough } from './read-through.ts';

/** Generated statements name validated fields, so their texts are many; this many stay prepared. */
const PREPARED_STATEMENTS = 500;

/** What is registered at Wix, and not part of what the site holds: the app, and the key that signs its webhooks. */
export const REGISTRATION: readonly string[] = ['app', 'webhookKey'];

const IS_CONTENT = `key NOT IN (${REGISTRATION.map((key) => `'${key}'`).join(', ')})`;

/** The open data file: prepared statements by text, transactions, and small named values. */
export class Store {
  readonly #db: Database.Database;
  readonly #prepared = new Map<string, Statement>();
  #writes = 0;

  /** Set while a large file is still being read through. */
  readonly #readThrough: ReadThrough | undefined;
  #damage: DataFileError | undefined;

  constructor(path: string, readAtOnceBytes?: number) {
    const { db, isReadThrough } = openStore(path, readAtOnceBytes);
    this.#db = db;
    if (isReadThrough) return;
    this.#readThrough = new ReadThrough(path);
    void this.#readThrough.damage.then((damage) => (this.#damage = damage));
  }

  get<Row>(sql: string, ...values: readonly unknown[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  all<Row>(sql: string, ...values: readonly unknown[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  /** Row by row, for reads larger than memory. Nothing may be written before the last row is taken or given up. */
  each<Row>(sql: string, ...values: readonly unknown[]): IterableIterator<Row> {
    return this.#prepare(sql).iterate(...values) as IterableIterator<Row>;
  }

  /** Grows with every write of this process, so that what was read before can be told from what is there now. */
  get writes(): number {
    return this.#writes;
  }

  /** Gives how many rows changed. */
  run(sql: string, ...values: readonly unknown[]): number {
    this.#writes += 1;
    return this.#prepare(sql).run(...values).changes;
  }

  /** For schema statements, which cannot be bound and are not worth keeping prepared. */
  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** All or nothing. Takes the write lock at once, so that a read inside cannot go stale before the write. */
  write<Result>(work: () => Result): Result {
    if (this.#db.inTransaction) return work();
    try {
      return this.#db.transaction(work).immediate();
    } finally {
      this.#writes += 1;
    }
  }

  /** A part of a write that is undone by itself when it throws. */
  attempt<Result>(work: () => Result): Result {
    this.#prepare('SAVEPOINT attempt').run();
    try {
      return work();
    } catch (error) {
      this.#prepare('ROLLBACK TO attempt').run();
      throw error;
    } finally {
      this.#prepare('RELEASE attempt').run();
    }
  }

  readValue<Value>(key: string): Value | undefined {
    const row = this.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', key);
    return row && (JSON.parse(row.value) as Value);
  }

  writeValue(key: string, value: unknown): void {
    this.run(
      'INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      key,
      JSON.stringify(value),
    );
  }

  /** A value made up when it is first asked for. The write lock is taken for the making only: reads wait for nobody. */
  madeOnce<Value>(key: string, make: () => Value): Value {
    const known = this.readValue<Value>(key);
    if (known !== undefined) return known;
    return this.write(() => {
      // Another process may have been quicker.
      const theirs = this.readValue<Value>(key);
      if (theirs !== undefined) return theirs;
      const made = make();
      this.writeValue(key, made);
      return made;
    });
  }

  /** Whether nothing but the registered app is in the file. */
  holdsNothing(): boolean {
    return !this.get(
      `SELECT 1 FROM collections UNION ALL SELECT 1 FROM members UNION ALL SELECT 1 FROM meta WHERE ${IS_CONTENT} LIMIT 1`,
    );
  }

  /** Back to an empty file of the present version. Signing keys go too, so every token dies with its subject. */
  clear(): void {
    this.write(() => {
      const indexes = this.all<{ name: string }>(
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'items'",
      );
      for (const { name } of indexes) this.exec(`DROP INDEX "${name}"`);
      for (const table of contentTables) {
        this.exec(`DELETE FROM ${table}${table === 'meta' ? ` WHERE ${IS_CONTENT}` : ''}`);
      }
    });
  }

  /** The query plan, one line per step; for tests that hold queries to their index. */
  explain(sql: string, ...values: readonly unknown[]): string[] {
    return this.#db
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...values)
      .map((step) => step.detail);
  }

  /** The names of a table's columns; the table is one of ours. */
  columns(table: (typeof contentTables)[number]): string[] {
    return this.all<{ name: string }>('SELECT name FROM pragma_table_info(?)', table).map(({ name }) => name);
  }

  /** The content as it is at this moment, on a connection of its own that later writes do not show on. */
  snapshot(): Database.Database {
    if (this.#db.memory) return new Database(this.#db.serialize());
    const snapshot = new Database(this.#db.name, { readonly: true, fileMustExist: true });
    // A read transaction sees the state of its first read.
    snapshot.exec('BEGIN');
    snapshot.prepare('SELECT 1 FROM meta').get();
    return snapshot;
  }

  /** Gives what is wrong with the file once it was read through; from then on every statement throws it. */
  get damage(): Promise<DataFileError | undefined> {
    return this.#readThrough?.damage ?? Promise.resolve(undefined);
  }

  close(): void {
    this.#readThrough?.stop();
    this.#prepared.clear();
    this.#db.close();
  }

  #prepare(sql: string): Statement {
    if (this.#damage) throw this.#damage;
    const known = this.#prepared.get(sql);
    const statement = known ?? this.#db.prepare(sql);
    // Re-inserting moves it to the end: the map's first entry is the one unused for longest.
    if (known) this.#prepared.delete(sql);
    else if (this.#prepared.size >= PREPARED_STATEMENTS) {
      this.#prepared.delete(this.#prepared.keys().next().value as string);
    }
    this.#prepared.set(sql, statement);
    return statement;
  }
}
