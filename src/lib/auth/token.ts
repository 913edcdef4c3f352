import { createHash, randomBytes } from 'node:crypto';

/** Each kind has its own prefix: leak scanners find them, and none can be taken for another. */
const PREFIXES = {
  session: 'gh_s_',
  'access-token': 'gh_pat_',
  'authorization-code': 'gh_code_',
} as const;

export type TokenKind = keyof typeof PREFIXES;

const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** A secret that its holder is shown once: 256 random bits in base64url behind the prefix of its kind. */
export function createToken(kind: TokenKind): string {
  return PREFIXES[kind] + randomBytes(32).toString('base64url');
}

export function isToken(kind: TokenKind, text: string): boolean {
  const prefix = PREFIXES[kind];
  return text.startsWith(prefix) && SECRET.test(text.slice(prefix.length));
}

/** What the database keeps instead of a token: its SHA-256 in hex. No salt, since the token is all entropy. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
