import { Problem } from '../http/problem.ts';
import { asDatabaseProblem } from '../store/trouble.ts';
import { Fault } from './fault.ts';

/** The catalogue is older than the database: a table or column that it names is not there any more. */
export class StaleCatalogue extends Fault {
  constructor(cause: unknown) {
    super('UNKNOWN_ERROR', 'Something went wrong.', { cause });
  }
}

/**
 * What went wrong at the database, in words that tell neither SQL nor names nor data. Whatever it said itself stays in
 * the cause. Codes: postgresql.org/docs/current/errcodes-appendix.html, sqlite.org/rescode.html.
 */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const problem = asDatabaseProblem(error);
  const cause = problem instanceof Problem ? problem.cause : error;
  const code = codeOf(cause);
  const fault = (...[kind, message]: [ConstructorParameters<typeof Fault>[0], string]) =>
    new Fault(kind, message, { cause });
  if (/^(?:42P01|42703)$/.test(code) || isMissingInSqlite(cause)) return new StaleCatalogue(cause);
  if (/^(?:23505|SQLITE_CONSTRAINT_(?:PRIMARYKEY|UNIQUE|ROWID))$/.test(code))
    return fault('ITEM_ALREADY_EXISTS', 'There is already an item like this.');
  if (/^(?:23...|22...|42804|SQLITE_CONSTRAINT.*|SQLITE_MISMATCH|SQLITE_TOOBIG)$/.test(code))
    return fault('VALIDATION_ERROR', 'The database does not take these values.');
  if (/^(?:25006|42501|SQLITE_READONLY.*)$/.test(code))
    return fault('FORBIDDEN', 'The database is read-only here.');
  if (/^(?:53100|SQLITE_FULL)$/.test(code)) return fault('DATABASE_FULL', 'The database has no room left.');
  if (
    /^(?:57014|55P03|25P0[34])$/.test(code) ||
    (cause instanceof Error && cause.message === 'Query read timeout')
  )
    return fault('DATABASE_TIMEOUT', 'The database did not answer in time.');
  if (problem instanceof Problem) return fault('DATABASE_UNAVAILABLE', 'The database cannot be reached.');
  return fault('UNKNOWN_ERROR', 'Something went wrong.');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isMissingInSqlite(error: unknown): boolean {
  return error instanceof Error && /^(?:no such (?:table|column)|table .* has no column)/.test(error.message);
}
