import { PostgresDialect, type PostgresPoolClient } from 'kysely';
import { createHash } from 'node:crypto';
import { Pool, types, type PoolClient } from 'pg';
import { asDatabaseProblem } from './trouble.ts';

/** How long a request waits for a free connection, or for a server that does not answer, in milliseconds. */
const CONNECTION_TIMEOUT_MS = 3_000;

/** PostgreSQL's type of `bigint`: our times in milliseconds, which a number holds exactly until the year 287396. */
const INT8 = 20;

/**
 * Connects to PostgreSQL. Connections are opened when they are needed and replaced when the server has dropped them,
 * so a server that restarts is found again without a restart of ours.
 * @param url `postgres://user:password@host:port/name`, with `sslmode` and the like as node-postgres reads them.
 * @param size connections at most.
 * @param patienceMs how long the server works on a statement at most before it is given up, in milliseconds.
 */
export function openPostgres(
  url: string,
  size: number,
  patienceMs: number,
): { dialect: PostgresDialect; pool: Pool } {
  const pool = new Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    statement_timeout: patienceMs,
    // Should the server stop talking in the middle of an answer.
    query_timeout: patienceMs + 1_000,
    idle_in_transaction_session_timeout: patienceMs,
    keepAlive: true,
    application_name: 'gatehouse',
    types: {
      getTypeParser: ((id: number, format) =>
        id === INT8 ? Number : types.getTypeParser(id, format)) as typeof types.getTypeParser,
    },
  });
  // A connection that breaks is the pool's to replace, in use or not; without a listener it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const names: StatementNames = new Map();
  const dialect = new PostgresDialect({
    pool: { options: {}, connect: () => connectTo(pool, names), end: () => pool.end() },
  });
  return { dialect, pool };
}

async function connectTo(pool: Pool, names: StatementNames): Promise<PostgresPoolClient> {
  let client: PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw asDatabaseProblem(error);
  }
  let isMute = false;
  const query = async (text: unknown, values: readonly unknown[] = []) => {
    try {
      return await client.query(named(names, String(text), values));
    } catch (error) {
      // It may wait for that answer for ever: nobody else gets this connection.
      isMute ||= error instanceof Error && error.message === 'Query read timeout';
      throw asDatabaseProblem(error);
    }
  };
  return {
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy = false) => client.release(destroy || isMute),
  };
}

/** Each connection keeps them all, at the server too; lists of many lengths must not fill it. */
const NAMES_AT_MOST = 200;

/** By text; each pool has its own. */
type StatementNames = Map<string, string>;

/**
 * A statement with a name is parsed and planned once a connection. One with a star has none: it would fail when another
 * replica's newer version has added a column.
 */
function named(
  names: StatementNames,
  text: string,
  values: readonly unknown[],
): { name?: string; text: string; values: unknown[] } {
  if (values.length === 0 || text.includes('*')) return { text, values: [...values] };
  let name = names.get(text);
  if (name === undefined) {
    if (names.size >= NAMES_AT_MOST) return { text, values: [...values] };
    name = createHash('sha256').update(text).digest('base64url');
    names.set(text, name);
  }
  return { name, text, values: [...values] };
}
