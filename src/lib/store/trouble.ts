import { Problem } from '../http/problem.ts';

/** How long a caller should leave a database alone that did not answer, in seconds. */
const RETRY_AFTER_S = 2;

/**
 * Conditions of PostgreSQL that pass or that somebody has to see to, by class or code
 * (postgresql.org/docs/current/errcodes-appendix.html): no connection, no entry, no resources, told to stop, a broken
 * machine; and transactions that stood in each other's way.
 */
const POSTGRES = /^(?:08|28|53|57|58)...$|^(?:25006|25P03|25P04|3D000|40001|40P01|55P03)$/;

/** Result codes of SQLite (sqlite.org/rescode.html): held by others, the disk full or broken, or not ours to write. */
const SQLITE = /^SQLITE_(?:BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|PROTOCOL|NOMEM)(?:_|$)/;

/** How Node says that nobody is at the other end. */
const NETWORK =
  /^E(?:CONNREFUSED|CONNRESET|CONNABORTED|PIPE|TIMEDOUT|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|NOTFOUND|AI_AGAIN)$/;

/** What node-postgres says without a code. */
const DRIVER =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (?:has encountered a connection error|was closed) and is not queryable|Cannot use a pool after calling end on the pool)/;

/** Whether the database could not answer, as opposed to: it did, and said that our statement is wrong. */
function isOutage(error: unknown): error is Error & { code?: string } {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return POSTGRES.test(code) || SQLITE.test(code) || NETWORK.test(code) || DRIVER.test(error.message);
}

/** A database that could not answer becomes the one Problem for it; whatever else went wrong stays as it is. */
export function asDatabaseProblem(error: unknown): unknown {
  if (!isOutage(error)) return error;
  return new Problem('database-unavailable', {
    reason: `the database did not answer: ${error.message || error.code}`,
    headers: { 'retry-after': String(RETRY_AFTER_S) },
    cause: error,
  });
}
