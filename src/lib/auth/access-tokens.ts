import { z } from 'zod';
import { Problem } from '../http/problem.ts';
import { isKnownScope } from '../policy/scopes.ts';
import type { AccessToken } from './access-token-store.ts';
import type { Member } from './actor.ts';
import { wixTokensOf } from './identity.ts';
import { GivenName } from './schemas.ts';
import { stores } from './stores.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A forgotten token ends by itself: after this long when nobody says how long it is needed… */
const DEFAULT_DAYS = 90;
/** …and after this long at the latest. */
const LONGEST_DAYS = 365;

const Scopes = z
  .array(z.string().refine(isKnownScope, 'is not a scope known here'))
  .min(1, 'is empty')
  .refine((scopes) => new Set(scopes).size === scopes.length, 'names a scope twice');

const Days = z
  .int('is not a whole number')
  .min(1, 'is less than 1')
  .max(LONGEST_DAYS, `is more than ${LONGEST_DAYS}`);

const Instant = z.iso
  .datetime({ offset: true, error: 'is not an instant such as 2026-12-24T18:00:00Z' })
  .transform((text) => new Date(text))
  .refine((at) => at.getTime() > Date.now(), 'is over already')
  .refine(
    (at) => at.getTime() <= Date.now() + LONGEST_DAYS * DAY_MS,
    `is more than ${LONGEST_DAYS} days ahead`,
  );

/** What somebody asks for who makes a token: how long it lives is said in days, as an instant, or left to us. */
export const NewAccessToken = z
  .strictObject({
    name: GivenName,
    scopes: Scopes,
    expiresInDays: Days.optional(),
    expiresAt: Instant.optional(),
  })
  .refine(({ expiresInDays, expiresAt }) => expiresInDays === undefined || expiresAt === undefined, {
    path: ['expiresAt'],
    error: 'and expiresInDays say the same; send one of them',
  })
  .transform(({ expiresInDays = DEFAULT_DAYS, expiresAt, ...rest }) => ({
    ...rest,
    expiresAt: expiresAt ?? new Date(Date.now() + expiresInDays * DAY_MS),
  }));

/**
 * Makes a token for a member who is signed in. It gets Wix tokens of its own, so that it outlives the session it was
 * made in. The token is returned here once and is nowhere else.
 * @throws {Problem} `invalid-request` when the member has too many, `unauthenticated` when the session has ended, outages
 *   of Wix.
 */
export async function makeAccessToken(
  member: Member,
  wanted: z.output<typeof NewAccessToken>,
): Promise<{ token: string; accessToken: AccessToken }> {
  const wixTokens = await wixTokensOf(member);
  const made = await stores().accessTokens.create({ ...wanted, memberId: member.id, wixTokens });
  // Whoever ends everything ends sessions before tokens. So either the session is still there, and this token will be
  // found in its turn, or it is gone, and the token may have come too late to be found.
  if ((await stores().wixTokens.read(member.credential)) === null) {
    await stores().accessTokens.end(member.id, made.accessToken.id);
    throw new Problem('unauthenticated', { reason: 'the session ended while it made an access token' });
  }
  return made;
}

/** The member's tokens that still live, the newest first. */
export function listAccessTokens(member: Member): Promise<readonly AccessToken[]> {
  return stores().accessTokens.list(member.id);
}

/** @returns whether it was there; a foreign one is not. */
export function endAccessToken(member: Member, id: string): Promise<boolean> {
  return stores().accessTokens.end(member.id, id);
}
