import { environment } from '../env.ts';
import type { Problem } from './http/problem.ts';

/**
 * Logs what the caller is not told: one JSON record a line. Only chosen fields are written, since what the SDK throws
 * can hold tokens and refers to itself.
 */
export function logProblem(problem: Problem, request: { id: string; method: string; path: string }): void {
  const expected = problem.status < 500;
  if (expected && environment().LOG_LEVEL === 'error') return;
  const record = {
    time: new Date().toISOString(),
    level: expected ? 'info' : 'error',
    requestId: request.id,
    method: request.method,
    path: redacted(request.path),
    code: problem.code,
    reason: redacted(problem.message),
    ...(!expected &&
      problem.cause instanceof Error && {
        cause: redacted(problem.cause.message),
        stack: redacted(problem.cause.stack ?? ''),
      }),
  };
  process.stderr.write(`${JSON.stringify(record)}\n`);
}

/** Logs what went wrong in work that nobody waits for, such as sweeping. */
export function logFailure(error: unknown, what: string): void {
  const record = {
    time: new Date().toISOString(),
    level: 'error',
    message: `${what} failed`,
    cause: redacted(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  };
  process.stderr.write(`${JSON.stringify(record)}\n`);
}

const TOKEN = /\b(?:OauthNG\.)?JWS\.[\w.-]+|\bgh_(?:s|pat|code)_[\w-]+/g;
const SECRET_FIELD =
  /((?:access_?token|refresh_?token|session_?token|state_?token|client_?secret|password)\\?"\s*:\s*\\?")[^"\\]*/gi;

/** The SDK's error texts hold whole answers of Wix, tokens included. */
function redacted(text: string): string {
  return text.replaceAll(TOKEN, '[token]').replaceAll(SECRET_FIELD, '$1[redacted]');
}
