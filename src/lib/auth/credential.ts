import { Problem } from '../http/problem.ts';

/** `__Host-` makes browsers insist on Secure, Path=/ and no Domain: no sibling site can plant it (RFC 6265bis §4.1.3.2). */
export const COOKIE_NAME = '__Host-gatehouse';

export type Credential =
  | Readonly<{ kind: 'none' }>
  /** An Authorization header that holds no bearer token: as good as none, except that the sender thinks otherwise. */
  | Readonly<{ kind: 'unusable' }>
  | Readonly<{ kind: 'bearer'; token: string }>
  | Readonly<{ kind: 'cookie'; token: string }>;

/**
 * `b64token` after the scheme and spaces, and nothing behind it: RFC 6750 §2.1. Scheme names are case-insensitive,
 * RFC 9110 §11.1, so `bearer` is welcome.
 */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** Longer headers are no token of ours; refusing them first keeps the pattern's cost small. */
const HEADER_LIMIT = 512;

/**
 * The one credential of a request. A bearer header never falls back to the cookie.
 * @throws {Problem} `invalid-request` for two credentials.
 */
export function readCredential(headers: Headers): Credential {
  const cookies = readCookies(headers);
  const authorization = headers.get('authorization');
  if (cookies.length > 1 || (cookies.length === 1 && authorization !== null)) {
    throw new Problem('invalid-request', {
      detail: 'Send one credential: the cookie or a bearer token, and once.',
    });
  }
  if (authorization !== null) {
    const token = authorization.length <= HEADER_LIMIT ? BEARER.exec(authorization)?.[1] : undefined;
    return token === undefined ? { kind: 'unusable' } : { kind: 'bearer', token };
  }
  const [token] = cookies;
  return token === undefined ? { kind: 'none' } : { kind: 'cookie', token };
}

/**
 * White space around a cookie is space and tab, RFC 6265 §5.2. `trim()` would take off more: a sibling site can plant a
 * name that begins with U+00A0, which browsers do not take for `__Host-`.
 */
const EDGES = /^[ \t]+|[ \t]+$/g;

/** Every value sent under a name of ours: a second one would mean that somebody else set one too. */
export function readCookies(headers: Headers, name = COOKIE_NAME): string[] {
  return (headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.replaceAll(EDGES, ''))
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
    .filter((value) => value !== '');
}

/**
 * The session cookie: not readable by scripts, always Secure (browsers send such cookies to http://localhost too).
 */
export function sessionCookie(token: string, expiresAt: Date): string {
  return `${COOKIE_NAME}=${token}; Path=/; HttpOnly; Secure; SameSite=Lax; Expires=${expiresAt.toUTCString()}`;
}

export function blankSessionCookie(): string {
  return sessionCookie('', new Date(0));
}
