import { Hono } from 'hono';
import { notImplemented, validationError } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readQuery } from '../http/request.ts';
import type { Site } from '../site.ts';
import { AuthorizeRequest, LogoutRequest } from './schema.ts';

export const authorizeRoutes = new Hono<Env>();

/**
 * Where a login ends: with a session token and `prompt=none` the answer is a redirect with a code. Errors go
 * the same way, RFC 6749 §4.1.2.1, but only to an address on the app's list.
 */
authorizeRoutes.get('/_api/oauth2/authorize', (context) => {
  operation(context, 'oauth2.authorize');
  const { site } = context.var;
  const request = readQuery(context, AuthorizeRequest);
  if (request.clientId !== site.app.clientId) throw refused('clientId', 'is unknown');
  // Exact, port and path included: anything looser would send codes to strangers.
  if (!site.app.redirectUris.includes(request.redirectUri)) {
    throw refused('redirectUri', 'is not allowed for this app');
  }
  if (request.responseMode === 'web_message') {
    throw notImplemented('responseMode=web_message of GET /_api/oauth2/authorize');
  }
  return context.redirect(returnAddress(request, decide(site, request)), 302);
});

/** Where `auth.logout()` sends the browser. The emulator holds no browser session, so it only sends it on. */
authorizeRoutes.get('/_api/oauth2/logout', (context) => {
  operation(context, 'oauth2.logout');
  const { site } = context.var;
  const { clientId, postFlowUrl } = readQuery(context, LogoutRequest);
  if (clientId !== site.app.clientId) throw refused('clientId', 'is unknown');
  const { origin } = new URL(postFlowUrl);
  // The origin of `javascript:` and of an app's own scheme is the text "null", and says nothing.
  const known = origin !== 'null' && site.app.redirectUris.some((uri) => new URL(uri).origin === origin);
  if (!known) {
    throw refused('postFlowUrl', 'is not on a site of this app');
  }
  return context.redirect(postFlowUrl, 302);
});

function decide(site: Site, request: AuthorizeRequest): Record<string, string> {
  if (request.responseType !== 'code') {
    return failure('unsupported_response_type', 'responseType must be code');
  }
  if (request.codeChallengeMethod !== 'S256' || !request.codeChallenge) {
    return failure('invalid_request', 'codeChallenge with codeChallengeMethod S256 is required');
  }
  const session =
    request.sessionToken === undefined ? undefined : site.tickets.find('session', request.sessionToken);
  if (request.prompt !== 'none' || !session) {
    return failure('login_required', 'a valid sessionToken with prompt=none is required');
  }
  if (!site.members.maySignIn(session.memberId))
    return failure('access_denied', 'the member may not sign in');
  const { redirectUri, codeChallenge } = request;
  return { code: site.tickets.issue('code', { memberId: session.memberId, redirectUri, codeChallenge }) };
}

function returnAddress(request: AuthorizeRequest, result: Record<string, string>): string {
  const parameters = new URLSearchParams({ ...result, state: request.state });
  const address = new URL(request.redirectUri);
  if (request.responseMode === 'fragment') address.hash = parameters.toString();
  else for (const [name, value] of parameters) address.searchParams.set(name, value);
  return address.href;
}

const failure = (error: string, description: string) => ({ error, error_description: description });
const refused = (field: string, description: string) =>
  validationError([{ field, description, violatedRule: 'OTHER' }]);
