import { PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';

/** A statement that takes longer is given up by the server, in milliseconds. */
const STATEMENT_TIMEOUT_MS = 5_000;

/** How long a request waits for a free connection, or for a server that does not answer, in milliseconds. */
const CONNECTION_TIMEOUT_MS = 3_000;

/** PostgreSQL's type of `bigint`: our times in milliseconds, which a number holds exactly until the year 287396. */
const INT8 = 20;

/**
 * Connects to PostgreSQL. Connections are opened when they are needed and replaced when the server has dropped them,
 * so a server that restarts is found again without a restart of ours.
 * @param url `postgres://user:password@host:port/name`, with `sslmode` and the like as node-postgres reads them.
 * @param size connections at most.
 */
export function openPostgres(url: string, size: number): { dialect: PostgresDialect; pool: Pool } {
  const pool = new Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    // Should the server stop talking in the middle of an answer.
    query_timeout: STATEMENT_TIMEOUT_MS + 1_000,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'gatehouse',
    types: {
      getTypeParser: ((id: number, format) =>
        id === INT8 ? Number : types.getTypeParser(id, format)) as typeof types.getTypeParser,
    },
  });
  // An idle connection that breaks is the pool's to replace; without a listener it would end the process.
  pool.on('error', () => undefined);
  return { dialect: new PostgresDialect({ pool }), pool };
}
