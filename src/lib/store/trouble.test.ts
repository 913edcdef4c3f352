import SQLite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { Problem } from '../http/problem.ts';
import { asDatabaseProblem } from './trouble.ts';

const withCode = (code: string) => Object.assign(new Error('as the driver says it'), { code });

describe('a database that cannot answer is the one Problem for it', () => {
  test.each([
    // PostgreSQL
    '08006',
    '08P01',
    '25006',
    '28P01',
    '3D000',
    '40001',
    '40P01',
    '53100',
    '53300',
    '55P03',
    '57014',
    '57P01',
    '57P02',
    '57P03',
    '58030',
    // SQLite
    'SQLITE_BUSY',
    'SQLITE_BUSY_SNAPSHOT',
    'SQLITE_LOCKED',
    'SQLITE_FULL',
    'SQLITE_IOERR',
    'SQLITE_IOERR_WRITE',
    'SQLITE_READONLY',
    'SQLITE_READONLY_DBMOVED',
    'SQLITE_CANTOPEN',
    // The network
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
  ])('%s', (code) => {
    const error = withCode(code);
    const problem = asDatabaseProblem(error) as Problem;
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ code: 'database-unavailable', status: 503, cause: error });
    expect(problem.headers['retry-after']).toMatch(/^\d+$/);
    expect(problem.detail, 'the driver’s words are for our log').toBeUndefined();
  });

  test.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
  ])('%s', (message) => {
    expect(asDatabaseProblem(new Error(message))).toMatchObject({ code: 'database-unavailable' });
  });
});

describe('whatever it did answer stays what it is', () => {
  test.each([
    withCode('23505'),
    withCode('42P01'),
    withCode('22P02'),
    new SQLite.SqliteError('UNIQUE constraint failed', 'SQLITE_CONSTRAINT_UNIQUE'),
    new SQLite.SqliteError('database disk image is malformed', 'SQLITE_CORRUPT'),
    new TypeError('x is not a function'),
    new Problem('not-found'),
    'a string',
    undefined,
  ])('%s', (error) => {
    expect(asDatabaseProblem(error)).toBe(error);
  });
});
