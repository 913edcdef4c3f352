import { OAuthStrategy, TokenRole } from '@wix/sdk';
import { environment } from '../../env.ts';
import { Problem } from '../http/problem.ts';
import { callWix, refusedByWix } from './call.ts';
import { singleFlight } from './single-flight.ts';

/** A member's Wix tokens as we keep them. */
export type MemberTokens = Readonly<{
  accessToken: string;
  /** Epoch seconds, as the SDK counts. */
  expiresAt: number;
  refreshToken: string;
}>;

/**
 * What the SDK made of Wix's answer, which it hands on unread.
 * @throws {Error} when there are no tokens in it.
 */
export function toMemberTokens(
  accessToken: Readonly<{ value: unknown; expiresAt: unknown }>,
  refreshToken: unknown,
): MemberTokens {
  const { value, expiresAt } = accessToken;
  if (typeof value !== 'string' || value === '' || typeof refreshToken !== 'string' || refreshToken === '') {
    throw new Error('Wix gave no tokens');
  }
  if (typeof expiresAt !== 'number' || !Number.isFinite(expiresAt)) throw new Error('Wix set no time limit');
  return { accessToken: value, expiresAt, refreshToken };
}

/** Where the Wix tokens of one credential are kept. */
export type TokenShelf = Readonly<{
  credentialId: string;
  read: () => Promise<MemberTokens | null>;
  write: (tokens: MemberTokens) => Promise<void>;
  /** Called when Wix no longer accepts the refresh token: the credential is over. */
  end: () => Promise<void>;
}>;

/** Renewed a little early, so that a token cannot run out on its way. */
const MARGIN_SECONDS = 60;

const refreshes = singleFlight<string>();

/**
 * A valid access token for one session, renewed when its time is up: once, however many requests ask together.
 * @throws {Problem} `unauthenticated` when Wix refuses to renew. The SDK would go on as a visitor without a word.
 */
export async function memberAccessToken(shelf: TokenShelf, nowSeconds = Date.now() / 1000): Promise<string> {
  const tokens = await tokensOn(shelf);
  if (tokens.expiresAt - MARGIN_SECONDS > nowSeconds) return tokens.accessToken;
  return refreshes(shelf.credentialId, () => renew(shelf, tokens));
}

/** The same for a token that Wix refused although its time was not up. */
export async function renewMemberToken(shelf: TokenShelf): Promise<string> {
  const tokens = await tokensOn(shelf);
  return refreshes(shelf.credentialId, () => renew(shelf, tokens));
}

async function tokensOn(shelf: TokenShelf): Promise<MemberTokens> {
  const tokens = await shelf.read();
  if (!tokens) {
    // Also when they were sealed with a key that is gone: half a session would be worse than none.
    await shelf.end();
    throw sessionOver('the session has no Wix tokens any more');
  }
  return tokens;
}

async function renew(shelf: TokenShelf, { refreshToken }: MemberTokens): Promise<string> {
  const strategy = OAuthStrategy({ clientId: environment().WIX_CLIENT_ID });
  const tokens = await callWix(async (observation) => {
    try {
      const renewed = await strategy.renewToken({ value: refreshToken, role: TokenRole.MEMBER });
      return (await othersOn(shelf, refreshToken)) ?? toMemberTokens(renewed.accessToken, refreshToken);
    } catch (error) {
      // Only a clear refusal ends a session; anything else may pass.
      if (!REFUSALS.has(observation.lastStatus ?? 0) || observation.outage) throw error;
      if (!refusedByWix(observation)) throw blockedOnTheWay(error);
      const others = await othersOn(shelf, refreshToken);
      if (others) return others;
      await shelf.end();
      throw sessionOver('Wix refused to renew the member’s token', error);
    }
  });
  if (tokens.refreshToken === refreshToken) await shelf.write(tokens);
  return tokens.accessToken;
}

/** Tokens that were put there while ours were renewed, by a change of password: ours are the old ones then. */
async function othersOn(shelf: TokenShelf, refreshToken: string): Promise<MemberTokens | null> {
  const kept = await shelf.read();
  return kept && kept.refreshToken !== refreshToken ? kept : null;
}

/** RFC 6749 §5.2: a token endpoint refuses with 400, or 401 where the client is at fault; Wix blocks with 403. */
const REFUSALS = new Set([400, 401, 403]);

/** A firewall's page, say: it knows nothing of the member, and the next try may get through. */
function blockedOnTheWay(cause: unknown): Problem {
  return new Problem('wix-unavailable', {
    detail: 'Wix cannot answer at the moment. Try again later.',
    reason: 'the renewal was refused, but not by Wix',
    headers: { 'retry-after': '5' },
    cause,
  });
}

function sessionOver(reason: string, cause?: unknown): Problem {
  return new Problem('unauthenticated', {
    detail: 'The session has ended. Sign in again.',
    reason,
    headers: { 'www-authenticate': 'Bearer realm="gatehouse", error="invalid_token"' },
    cause,
  });
}
