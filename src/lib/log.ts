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
    path: request.path,
    code: problem.code,
    reason: problem.message,
    ...(!expected &&
      problem.cause instanceof Error && { cause: problem.cause.message, stack: problem.cause.stack }),
  };
  process.stderr.write(`${JSON.stringify(record)}\n`);
}
