import { createHash, timingSafeEqual } from 'node:crypto';
import { TokenError } from '../http/oauth.ts';
import { Problem } from '../http/problem.ts';
import type { Member } from './actor.ts';
import { appBehind } from './app-redirect.ts';
import type { CodeGrant } from './authorization-code-store.ts';
import { answerAddress, type AuthorizationRequest } from './authorization-request.ts';
import { wixTokensOf } from './identity.ts';
import { openFurtherSession, type SignedIn } from './sign-in.ts';
import { stores } from './stores.ts';
import { hashToken } from './token.ts';

/**
 * The member agreed: where their browser takes a code to the app.
 * @throws {Problem} `unauthenticated` when Wix no longer knows the member, or the session has ended; outages of Wix.
 */
export async function grantCode(request: AuthorizationRequest, member: Member): Promise<string> {
  const { codeChallenge, redirectUri, clientId } = request;
  const { authorizationCodes, wixTokens } = stores();
  const code = await authorizationCodes.issue({
    memberId: member.id,
    codeChallenge,
    redirectUri,
    clientId,
    device: appBehind(redirectUri),
    wixTokens: await wixTokensOf(member),
  });
  // Whoever ends everything ends sessions before codes: with the session still there this one is found in its turn,
  // and without it may have come too late to be found.
  if ((await wixTokens.read(member.credential)) === null) {
    await authorizationCodes.claim(code);
    await authorizationCodes.burn(code);
    throw new Problem('unauthenticated', { reason: 'the session ended while it made a code' });
  }
  return answerAddress(request, { code });
}

/** The member did not agree: RFC 6749 §4.1.2.1. */
export function denyCode(request: AuthorizationRequest): string {
  return answerAddress(request, { error: 'access_denied', error_description: 'the person said no' });
}

/** RFC 6749 §4.1.3 and RFC 7636 §4.5. */
export type CodeExchange = Readonly<{
  code: string;
  redirectUri: string;
  codeVerifier: string;
  clientId: string | null;
  /** How the app wants to be called in the member's list of sessions. */
  device: string | null;
}>;

/**
 * Makes a session of a code. A code is good for one try: shown with the wrong proof it may have been stolen, and used
 * twice it has been (RFC 6749 §4.1.2 and §10.5), so then the session that came of it ends too.
 * @throws {TokenError} `invalid_grant`.
 * @throws {Problem} outages of Wix; the code is still good then.
 */
export async function exchangeCode(exchange: CodeExchange): Promise<SignedIn> {
  const { authorizationCodes, sessions } = stores();
  const { code } = exchange;
  const claim = await authorizationCodes.claim(code);
  if (claim.state === 'invalid') {
    if (claim.usedFor !== null) await sessions.end(claim.usedFor);
    throw refused('unknown, used or too old');
  }
  const fault = faultOf(claim.grant, exchange);
  if (fault) {
    await authorizationCodes.burn(code);
    throw refused(fault);
  }
  const signedIn = await openOr(() => authorizationCodes.release(code), claim.grant, exchange.device);
  const sessionId = hashToken(signedIn.token);
  if (await authorizationCodes.complete(code, sessionId)) return signedIn;
  await sessions.end(sessionId);
  throw refused('used twice');
}

async function openOr(
  release: () => Promise<void>,
  { wixTokens, device: app }: CodeGrant,
  device: string | null,
): Promise<SignedIn> {
  try {
    return await openFurtherSession(wixTokens, device ?? app);
  } catch (error) {
    await release();
    throw error;
  }
}

function faultOf(grant: CodeGrant, { redirectUri, clientId, codeVerifier }: CodeExchange): string | null {
  if (redirectUri !== grant.redirectUri) return 'not for this redirect_uri';
  if (clientId !== grant.clientId) return 'not for this client_id';
  return provesChallenge(codeVerifier, grant.codeChallenge) ? null : 'not for this code_verifier';
}

/** RFC 7636 §4.6. */
function provesChallenge(verifier: string, challenge: string): boolean {
  const shown = createHash('sha256').update(verifier).digest('base64url');
  return shown.length === challenge.length && timingSafeEqual(Buffer.from(shown), Buffer.from(challenge));
}

function refused(why: string): TokenError {
  return new TokenError('invalid_grant', `the code is ${why}`);
}
