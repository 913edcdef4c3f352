import { createHash, randomUUID } from 'node:crypto';
import { authenticate } from '../http/credentials.ts';
import { oauthError, unauthenticated } from '../http/errors.ts';
import type { Site } from '../site.ts';
import type { Subject } from './access-tokens.ts';
import { sameSecret } from '../secrets.ts';
import type { TokenRequest } from './schema.ts';

type Request<Type extends TokenRequest['grant_type']> = Extract<TokenRequest, { grant_type: Type }>;
export type Granted = { subject: Subject; answer: Record<string, unknown> };

/** Exchanges a grant for tokens. Only `authorized_client` looks at the headers; the others prove themselves in the body. */
export async function exchange(site: Site, request: TokenRequest, headers: Headers): Promise<Granted> {
  switch (request.grant_type) {
    case 'anonymous':
      return anonymous(site, request);
    case 'refresh_token':
      return refresh(site, request);
    case 'authorization_code':
      return exchangeCode(site, request);
    case 'client_credentials':
      return clientCredentials(site, request);
    case 'strip_bound_session':
      return stripBoundSession(site, request);
    case 'authorized_client':
      return authorizedClient(site, request, headers);
  }
}

function anonymous(site: Site, request: Request<'anonymous'>): Promise<Granted> {
  requireClient(site, request.client_id);
  return withRefreshToken(site, { type: 'VISITOR', id: randomUUID() });
}

async function refresh(site: Site, request: Request<'refresh_token'>): Promise<Granted> {
  if (request.client_id !== undefined) requireClient(site, request.client_id);
  const subject = site.refreshTokens.find(request.refresh_token);
  if (!subject || (subject.type === 'MEMBER' && !site.members.maySignIn(subject.id))) {
    throw oauthError('invalid_grant', 'refresh token is invalid');
  }
  return {
    subject,
    answer: { ...(await site.accessTokens.issue(subject)), refresh_token: request.refresh_token },
  };
}

async function exchangeCode(site: Site, request: Request<'authorization_code'>): Promise<Granted> {
  requireClient(site, request.client_id);
  // Taken before it is checked: a code shown with a wrong verifier may have been stolen, so it ends here.
  const code = site.tickets.take('code', request.code);
  if (!code) throw oauthError('invalid_grant', 'authorization code is invalid, used or expired');
  if (request.redirect_uri !== code.redirectUri) {
    throw oauthError('invalid_grant', 'redirectUri is not the one the code was issued for');
  }
  // RFC 7636 §4.6
  const challenge = createHash('sha256').update(request.code_verifier).digest('base64url');
  if (!sameSecret(challenge, code.codeChallenge)) {
    throw oauthError('invalid_grant', 'codeVerifier does not match the code challenge');
  }
  if (!site.members.maySignIn(code.memberId)) throw oauthError('invalid_grant', 'member may not sign in');
  return withRefreshToken(site, { type: 'MEMBER', id: code.memberId });
}

async function clientCredentials(site: Site, request: Request<'client_credentials'>): Promise<Granted> {
  requireClient(site, request.client_id);
  requireClientSecret(site, request.client_secret);
  if (request.instance_id !== site.app.instanceId) {
    throw oauthError('invalid_request', 'the app is not installed on this instance');
  }
  const subject: Subject = { type: 'APP', id: site.app.clientId };
  return { subject, answer: await site.accessTokens.issue(subject) };
}

/** External login: whoever holds the API key names the member, or shows the session of a sign-on [recorded]. */
async function authorizedClient(
  site: Site,
  request: Request<'authorized_client'>,
  headers: Headers,
): Promise<Granted> {
  const caller = await authenticate(site, headers);
  if (caller?.type !== 'USER') throw unauthenticated('authorized_client needs an API key');
  const { member_id: memberId, session_token: sessionToken } = request;
  if (sessionToken !== undefined && site.tickets.find('session', sessionToken)?.memberId !== memberId) {
    throw oauthError('invalid_grant', 'the session token is not one of this member, or has expired');
  }
  if (!site.members.maySignIn(memberId)) throw oauthError('invalid_grant', 'member may not sign in');
  return withRefreshToken(site, { type: 'MEMBER', id: memberId });
}

/** The member's binding is taken off: what is left of a member is a visitor. */
async function stripBoundSession(site: Site, request: Request<'strip_bound_session'>): Promise<Granted> {
  requireClientSecret(site, request.client_secret);
  const token = await site.accessTokens.verify(request.access_token);
  if ('refused' in token) throw oauthError('invalid_grant', token.refused);
  const subject: Subject =
    token.subject.type === 'MEMBER' ? { type: 'VISITOR', id: randomUUID() } : token.subject;
  return { subject, answer: await site.accessTokens.issue(subject) };
}

async function withRefreshToken(site: Site, subject: Subject): Promise<Granted> {
  const refreshToken = site.refreshTokens.issue(subject, site.app.clientId);
  return { subject, answer: { ...(await site.accessTokens.issue(subject)), refresh_token: refreshToken } };
}

function requireClient(site: Site, clientId: string): void {
  if (clientId !== site.app.clientId) throw oauthError('invalid_client', 'the OAuth app is unknown');
}

function requireClientSecret(site: Site, secret: string): void {
  if (!sameSecret(secret, site.app.clientSecret))
    throw oauthError('invalid_client', 'the client secret is wrong');
}
