import { Hono } from 'hono';
import { notImplemented, validationError, WixError } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env, WixContext } from '../http/env.ts';
import { failurePage } from '../http/page.ts';
import { readQuery } from '../http/request.ts';
import type { Site } from '../site.ts';
import { forgetBrowser, memberOfBrowser } from './browser-session.ts';
import { leadsToApp, returnAddress } from './return-address.ts';
import { AuthorizeRequest, LogoutRequest } from './schema.ts';
import { tellByMessage } from './web-message.ts';

export const AUTHORIZE = '/_api/oauth2/authorize';
export const LOGOUT = '/_api/oauth2/logout';
/** Where somebody without a session signs in. */
export const LOGIN_PAGE = '/_hosted/login';

export const authorizeRoutes = new Hono<Env>();

/** A browser is here for a person, who can do nothing with JSON. */
authorizeRoutes.onError((error, context) => {
  if (error instanceof WixError && context.req.header('accept')?.includes('text/html')) {
    return failurePage(error);
  }
  throw error;
});

/**
 * Where a login ends: with `prompt=none` and a session the answer is a redirect with a code, with `prompt=login` a
 * page to sign in on. Errors go to the redirect address, RFC 6749 §4.1.2.1, but only to one on the app's list.
 */
authorizeRoutes.get(AUTHORIZE, (context) => {
  operation(context, 'oauth2.authorize');
  const { site } = context.var;
  const request = readQuery(context, AuthorizeRequest);
  if (request.clientId !== site.app.clientId) throw refused('clientId', 'is unknown');
  requireReturnAddress(site, request);
  if (request.idp !== undefined) throw notImplemented('sign-in by the identity provider that `idp` names');
  const result = decide(context, request);
  if (request.responseMode === 'web_message') {
    return tellByMessage(site.app, { ...(result ?? loginRequired()), state: request.state });
  }
  if (result) return context.redirect(returnAddress(request, result), 302);
  const flow = site.tickets.issue('flow', { request });
  return context.redirect(`${LOGIN_PAGE}?${new URLSearchParams({ flow })}`, 302);
});

/** Where `auth.logout()` sends the browser: its session ends, and it is sent on. */
authorizeRoutes.get(LOGOUT, (context) => {
  operation(context, 'oauth2.logout');
  const { app } = context.var.site;
  const { clientId, postFlowUrl } = readQuery(context, LogoutRequest);
  if (clientId !== app.clientId) throw refused('clientId', 'is unknown');
  if (!leadsToApp(app, postFlowUrl)) throw refused('postFlowUrl', 'is not on a site of this app');
  forgetBrowser(context);
  return context.redirect(postFlowUrl, 302);
});

/** Exact, port and path included: anything looser would send codes to strangers. */
function requireReturnAddress({ app }: Site, { redirectUri, responseMode }: AuthorizeRequest): void {
  if (redirectUri === undefined && responseMode === 'web_message') return;
  if (redirectUri === undefined || !app.redirectUris.includes(redirectUri)) {
    throw refused('redirectUri', 'is not allowed for this app');
  }
}

/** What goes back to the app, or nothing when somebody must sign in first. */
function decide(
  context: WixContext,
  request: AuthorizeRequest,
): Readonly<Record<string, string>> | undefined {
  const { site } = context.var;
  const { responseType, codeChallenge, codeChallengeMethod, sessionToken } = request;
  if (responseType !== 'code') return failure('unsupported_response_type', 'responseType must be code');
  if (codeChallengeMethod !== 'S256' || codeChallenge === undefined) {
    return failure('invalid_request', 'codeChallenge with codeChallengeMethod S256 is required');
  }
  if (request.prompt === 'login') return undefined;
  const memberId =
    sessionToken === undefined
      ? memberOfBrowser(context)
      : site.tickets.find('session', sessionToken)?.memberId;
  if (memberId === undefined) return loginRequired();
  if (!site.members.maySignIn(memberId)) return failure('access_denied', 'the member may not sign in');
  return issueCode(site, request, memberId);
}

/** What proves to the app, once, that a member signed in. */
export function issueCode(site: Site, request: AuthorizeRequest, memberId: string): { code: string } {
  const { redirectUri, codeChallenge = '' } = request;
  return { code: site.tickets.issue('code', { memberId, redirectUri, codeChallenge }) };
}

const failure = (error: string, description: string) => ({ error, error_description: description });
const loginRequired = () => failure('login_required', 'a sessionToken or a signed-in browser is required');
const refused = (field: string, description: string) =>
  validationError([{ field, description, violatedRule: 'OTHER' }]);
