import { environment } from '../../env.ts';

/** What an app on another origin may send beside the plain headers. */
const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'prefer',
];

/** What its scripts may read beside the plain headers. */
const RESPONSE_HEADERS = [
  'etag',
  'idempotent-replayed',
  'location',
  'preference-applied',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'www-authenticate',
  'x-request-id',
];

const PREFLIGHT_SECONDS = 600;

/** Whether the request comes from the page of an app on another origin, one that is named in the environment. */
export function isInvited(request: Request): boolean {
  const origin = request.headers.get('origin');
  return origin !== null && environment().CORS_ORIGINS.includes(origin);
}

/**
 * Lets pages of the named origins read what the API answers, by token only: without Access-Control-Allow-Credentials no
 * browser sends them a cookie. Fetch Standard §3.3 "HTTP CORS protocol".
 */
export function withCors(request: Request, response: Response): Response {
  const { headers } = response;
  headers.append('vary', 'origin');
  if (!isInvited(request)) return response;
  headers.set('access-control-allow-origin', request.headers.get('origin') ?? '');
  const allow = headers.get('allow');
  if (request.method === 'OPTIONS' && allow !== null) {
    headers.set('access-control-allow-methods', allow);
    headers.set('access-control-allow-headers', REQUEST_HEADERS.join(', '));
    headers.set('access-control-max-age', String(PREFLIGHT_SECONDS));
  } else {
    headers.set('access-control-expose-headers', RESPONSE_HEADERS.join(', '));
  }
  return response;
}
