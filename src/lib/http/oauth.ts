import type { APIContext, APIRoute } from 'astro';
import { logProblem } from '../log.ts';
import { readForm, withoutBlanks, type FormFields } from './forms.ts';
import { json } from './json.ts';
import { Problem, toProblem, type ProblemCode } from './problem.ts';

/** RFC 6749 §5.2. */
export type TokenErrorCode =
  'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type' | 'invalid_scope';

/** What a token endpoint refuses. */
export class TokenError extends Problem {
  readonly error: TokenErrorCode;

  /** @param description for the developer of the app: printable ASCII without quotes or backslashes, RFC 6749 §5.2. */
  constructor(error: TokenErrorCode, description: string) {
    super('invalid-request', { reason: `${error}: ${description}`, detail: description });
    this.error = error;
  }
}

type Handler = (context: APIContext, fields: FormFields) => Promise<Response>;

/**
 * Wraps a route that speaks OAuth: its form is read, and failures take the shape of RFC 6749 §5.2, which libraries for
 * apps understand, instead of problem+json.
 */
export function oauthEndpoint(handler: Handler): APIRoute {
  return async (context) => {
    const { locals, request, url } = context;
    try {
      if (request.headers.has('authorization'))
        throw new TokenError('invalid_client', 'apps have no secret here: send no Authorization header');
      if (url.search !== '') throw new TokenError('invalid_request', 'parameters belong into the body');
      if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(request.headers.get('content-type') ?? ''))
        throw new TokenError('invalid_request', 'the body must be application/x-www-form-urlencoded');
      // A parameter without a value is one that was left out: RFC 6749 §3.2.
      return await handler(context, withoutBlanks(await readForm(request)));
    } catch (error) {
      const problem = toProblem(error);
      logProblem(problem, { id: locals.requestId, method: request.method, path: url.pathname });
      return problem instanceof TokenError ? refusal(problem, request) : failure(problem);
    }
  };
}

function refusal({ error, detail }: TokenError, request: Request): Response {
  // Who tried to prove a client by header is told so in kind: RFC 6749 §5.2.
  const unproven = error === 'invalid_client' && request.headers.has('authorization');
  return answer(
    { error, error_description: detail },
    unproven ? 401 : 400,
    unproven ? { 'www-authenticate': 'Basic realm="gatehouse"' } : {},
  );
}

/** Faults of the request are the app's; for faults of ours the RFC has words only at the other endpoint (§4.1.2.1). */
function failure({ code, status, detail, errors, headers }: Problem): Response {
  const [first] = errors ?? [];
  const description = first ? `${first.path} ${first.message}` : (detail ?? code);
  if (status < 500 && code !== 'too-many-requests')
    return answer({ error: 'invalid_request', error_description: printable(description) }, 400);
  const error = TEMPORARY.has(code) ? 'temporarily_unavailable' : 'server_error';
  return answer({ error, error_description: printable(description) }, status, headers);
}

const TEMPORARY: ReadonlySet<ProblemCode> = new Set([
  'too-many-requests',
  'wix-unavailable',
  'wix-timeout',
  'database-unavailable',
]);

/** RFC 6749 §5.2: no quotes, no backslashes, ASCII only. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]|["\\]/g, '').slice(0, 200);
}

/** RFC 6749 §5.1 asks for both headers. */
export function answer(body: object, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return json(body, { status, headers: { ...headers, pragma: 'no-cache' } });
}
