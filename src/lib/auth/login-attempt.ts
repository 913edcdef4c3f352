import { z } from 'zod';
import { safeReturnTo } from '../http/return-to.ts';
import { secrets } from '../store/keyring.ts';
import type { LoginAttempt } from '../wix/redirect-login.ts';
import { readCookies } from './credential.ts';

/** One attempt at a time: a browser that begins a second one gives up the first. */
const COOKIE = '__Host-gatehouse-wix';

const PURPOSE = 'sign-in at Wix';

/** How long somebody may take on Wix's page, in seconds. */
const LIFETIME_SECONDS = 10 * 60;

const Kept = z.strictObject({
  state: z.string(),
  codeVerifier: z.string(),
  returnTo: z.string(),
  /** Epoch milliseconds: a browser may keep a cookie longer than it was told. */
  expiresAt: z.number(),
});

type NewAttempt = LoginAttempt & Readonly<{ returnTo: string }>;

/** `begunAt` in epoch milliseconds. */
export type KeptAttempt = NewAttempt & Readonly<{ begunAt: number }>;

/**
 * The attempt as a cookie of the browser that makes it, sealed: what comes back from Wix counts only beside it, so that
 * nobody is signed in with an answer that was meant for somebody else (login CSRF, RFC 6749 §10.12).
 */
export function attemptCookie({ state, codeVerifier, returnTo }: NewAttempt, now = Date.now()): string {
  const kept: z.input<typeof Kept> = {
    state,
    codeVerifier,
    returnTo: safeReturnTo(returnTo),
    expiresAt: now + LIFETIME_SECONDS * 1000,
  };
  return cookie(secrets().seal(PURPOSE, JSON.stringify(kept)), LIFETIME_SECONDS);
}

/** The attempt is over, whatever came of it. */
export function blankAttemptCookie(): string {
  return cookie('', 0);
}

/** The attempt that this browser has under way; `null` for none, an old one, two, or one we did not seal. */
export function readAttempt(headers: Headers, now = Date.now()): KeptAttempt | null {
  const [sealed, ...more] = readCookies(headers, COOKIE);
  if (sealed === undefined || more.length > 0) return null;
  try {
    const { expiresAt, ...attempt } = Kept.parse(JSON.parse(secrets().unseal(PURPOSE, sealed)));
    return expiresAt > now ? { ...attempt, begunAt: expiresAt - LIFETIME_SECONDS * 1000 } : null;
  } catch {
    return null;
  }
}

/** Lax: Wix's redirect is a navigation from another site, and has to bring it along. */
function cookie(value: string, seconds: number): string {
  return `${COOKIE}=${value}; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=${seconds}`;
}
