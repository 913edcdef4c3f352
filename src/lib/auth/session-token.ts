import { createHash, randomBytes } from 'node:crypto';

/** The prefix lets leak scanners find a token, and no other kind of token can be taken for one. */
const PREFIX = 'gh_s_';
const PATTERN = /^gh_s_[A-Za-z0-9_-]{43}$/;

/** A session token: 256 random bits in base64url behind its prefix. */
export function createSessionToken(): string {
  return PREFIX + randomBytes(32).toString('base64url');
}

export function isSessionToken(text: string): boolean {
  return PATTERN.test(text);
}

/** What the database keeps instead of the token: its SHA-256 in hex. No salt, since the token is all entropy. */
export function hashSessionToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
