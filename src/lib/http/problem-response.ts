import { PROBLEMS, type FieldError, type Problem } from './problem.ts';

/** A request may hold a hundred thousand faults; its answer names a few, so that it stays small. */
const ERROR_LIMIT = 20;
const TEXT_LIMIT = 200;

/**
 * RFC 9457 `application/problem+json`. The bodies of two equal problems differ in `requestId` only, so that
 * "missing" and "not yours" cannot be told apart.
 */
export function toProblemResponse(problem: Problem, requestId: string): Response {
  const { status, title } = PROBLEMS[problem.code];
  const body = {
    type: `/problems/${problem.code}`,
    title,
    status,
    detail: problem.detail ?? reasonInDevelopment(problem) ?? title,
    code: problem.code,
    requestId,
    ...(problem.errors && { errors: problem.errors.slice(0, ERROR_LIMIT).map(shortened) }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      // RFC 9110 §15.5.2: a 401 names the scheme that would help. RFC 6750 §3.
      ...(status === 401 && { 'www-authenticate': 'Bearer realm="gatehouse"' }),
      ...problem.headers,
    },
  });
}

/** Why it was refused, for whoever builds the site; a visitor of the finished one is not told. */
function reasonInDevelopment({ status, message }: Problem): string | null {
  return import.meta.env.DEV && (status === 403 || status === 404) ? message : null;
}

function shortened({ path, message }: FieldError): FieldError {
  const short = (text: string) => (text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT)}…` : text);
  return { path: short(path), message: short(message) };
}
