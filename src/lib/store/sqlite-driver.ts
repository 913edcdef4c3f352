import SQLite from 'better-sqlite3';
import {
  RawNode,
  SelectQueryNode,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely';
import { setTimeout as wait } from 'node:timers/promises';
import { asDatabaseProblem } from './trouble.ts';
import { Turns } from './turns.ts';

/** Between two tries while another process holds the file, in milliseconds. */
const RETRY_MS = 10;

/**
 * SQLite for a server: whoever has to wait, waits without holding up the others. Reads have a connection of their own,
 * so they see what was committed, and go on while a write waits for another process. Writes take turns; a transaction
 * takes the file's lock when it begins, and so can end with nothing but its own statements' errors.
 */
export class SqliteServerDriver implements Driver {
  readonly #file: SqliteFile;

  /**
   * @param reader refuses to write.
   * @param patienceMs how long a statement waits for its turn and for other processes altogether, in milliseconds.
   */
  constructor(writer: SQLite.Database, reader: SQLite.Database, patienceMs: number) {
    this.#file = {
      write: preparedOnce(writer),
      read: preparedOnce(reader),
      turns: new Turns(),
      patienceMs,
      close() {
        // The last one to close folds the log into the file, and may write.
        reader.close();
        writer.close();
      },
    };
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  acquireConnection(): Promise<SqliteServerConnection> {
    return Promise.resolve(new SqliteServerConnection(this.#file));
  }

  beginTransaction(connection: SqliteServerConnection): Promise<void> {
    return connection.begin();
  }

  commitTransaction(connection: SqliteServerConnection): Promise<void> {
    return connection.end('COMMIT');
  }

  rollbackTransaction(connection: SqliteServerConnection): Promise<void> {
    return connection.end('ROLLBACK');
  }

  releaseConnection(connection: SqliteServerConnection): Promise<void> {
    connection.release();
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    this.#file.close();
    return Promise.resolve();
  }
}

type Statement = Pick<SQLite.Statement, 'reader' | 'all' | 'run'>;

type SqliteFile = Readonly<{
  write: Handle;
  read: Handle;
  turns: Turns;
  patienceMs: number;
  close: () => void;
}>;

type Handle = Readonly<{ prepare: (text: string) => Statement; inTransaction: () => boolean }>;

class SqliteServerConnection implements DatabaseConnection {
  readonly #file: SqliteFile;
  /** While in a transaction. */
  #giveUpTurn: (() => void) | null = null;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { write, read } = this.#file;
    const { sql, parameters } = query;
    if (this.#giveUpTurn) return once(() => run<Row>(write, sql, parameters));
    const deadline = this.#deadline();
    if (isRead(query)) return patiently(deadline, () => run<Row>(read, sql, parameters));
    const giveUpTurn = await this.#turn(deadline);
    try {
      return await patiently(deadline, () => run<Row>(write, sql, parameters));
    } finally {
      giveUpTurn();
    }
  }

  // oxlint-disable-next-line require-yield -- part of the interface; nothing here reads that much
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('rows of our own database are few: they are not streamed');
  }

  async begin(): Promise<void> {
    const deadline = this.#deadline();
    const giveUpTurn = await this.#turn(deadline);
    try {
      await patiently(deadline, () => run(this.#file.write, 'BEGIN IMMEDIATE', []));
    } catch (error) {
      giveUpTurn();
      throw error;
    }
    this.#giveUpTurn = giveUpTurn;
  }

  async end(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    // On a full disk SQLite has rolled back by itself.
    if (how === 'ROLLBACK' && !this.#file.write.inTransaction()) return this.release();
    await once(() => run(this.#file.write, how, []));
    this.release();
  }

  release(): void {
    this.#giveUpTurn?.();
    this.#giveUpTurn = null;
  }

  #deadline(): number {
    return performance.now() + this.#file.patienceMs;
  }

  async #turn(deadline: number): Promise<() => void> {
    const giveUpTurn = await this.#file.turns.take(deadline);
    if (giveUpTurn) return giveUpTurn;
    throw asDatabaseProblem(new SQLite.SqliteError('others were writing all the time', 'SQLITE_BUSY'));
  }
}

/** A statement that was written out is taken for a read by its first word; the reader refuses everything else. */
function isRead({ query, sql }: CompiledQuery): boolean {
  return SelectQueryNode.is(query) || (RawNode.is(query) && /^\s*SELECT\b/i.test(sql));
}

/** Texts that callers' filters make have no end; the oldest goes first. */
const STATEMENTS_AT_MOST = 500;

/** The same text gives the same prepared statement. */
function preparedOnce(connection: SQLite.Database): Handle {
  const statements = new Map<string, Statement>();
  return {
    prepare(text) {
      const known = statements.get(text);
      if (known) return known;
      const statement = connection.prepare(text);
      if (statements.size >= STATEMENTS_AT_MOST) {
        for (const oldest of statements.keys()) {
          statements.delete(oldest);
          break;
        }
      }
      statements.set(text, statement);
      return statement;
    },
    inTransaction: () => connection.inTransaction,
  };
}

function run<Row>(handle: Handle, text: string, parameters: readonly unknown[]): QueryResult<Row> {
  const statement = handle.prepare(text);
  if (statement.reader) return { rows: statement.all(...parameters) as Row[] };
  const { changes, lastInsertRowid } = statement.run(...parameters);
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
}

/** Tries again while another process holds the file, without holding up this one. */
async function patiently<Value>(deadline: number, work: () => Value): Promise<Value> {
  for (;;) {
    try {
      return work();
    } catch (error) {
      const isBusy = error instanceof SQLite.SqliteError && error.code.startsWith('SQLITE_BUSY');
      if (!isBusy || performance.now() >= deadline) throw asDatabaseProblem(error);
      await wait(RETRY_MS);
    }
  }
}

function once<Value>(work: () => Value): Promise<Value> {
  return patiently(0, work);
}
