import type { Database, Statement } from 'better-sqlite3';
import { contentTables } from './schema.ts';
import { openStore } from './open.ts';

/** Generated statements name validated fields, so their texts are many; this many stay prepared. */
const PREPARED_STATEMENTS = 500;

/** The open data file: prepared statements by text, transactions, and small named values. */
export class Store {
  readonly #db: Database;
  readonly #prepared = new Map<string, Statement>();

  constructor(path: string) {
    this.#db = openStore(path);
  }

  get<Row>(sql: string, ...values: readonly unknown[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  all<Row>(sql: string, ...values: readonly unknown[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  /** Gives how many rows changed. */
  run(sql: string, ...values: readonly unknown[]): number {
    return this.#prepare(sql).run(...values).changes;
  }

  /** For schema statements, which cannot be bound and are not worth keeping prepared. */
  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** All or nothing. Takes the write lock at once, so that a read inside cannot go stale before the write. */
  write<Result>(work: () => Result): Result {
    return this.#db.inTransaction ? work() : this.#db.transaction(work).immediate();
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

  /** Whether nothing but the registered app is in the file. */
  holdsNothing(): boolean {
    return !this.get(
      "SELECT 1 FROM collections UNION ALL SELECT 1 FROM members UNION ALL SELECT 1 FROM meta WHERE key <> 'app' LIMIT 1",
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
        // The app is registered at Wix, not part of what the site holds.
        this.exec(`DELETE FROM ${table}${table === 'meta' ? " WHERE key <> 'app'" : ''}`);
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

  close(): void {
    this.#prepared.clear();
    this.#db.close();
  }

  #prepare(sql: string): Statement {
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
