import { environment } from '../../env.ts';
import { Problem } from '../http/problem.ts';
import { safeReturnTo } from '../http/return-to.ts';
import { isAppRedirectUri } from './app-redirect.ts';

/** What a native app asks of a person: RFC 6749 §4.1.1, RFC 7636 §4.3. */
export type AuthorizationRequest = Readonly<{
  redirectUri: string;
  codeChallenge: string;
  state: string | undefined;
  /** Apps are not registered; what one calls itself is bound to its code and says nothing else. */
  clientId: string | null;
}>;

/** RFC 6749 §4.1.2.1. */
type AuthorizationError =
  'invalid_request' | 'unsupported_response_type' | 'invalid_scope' | 'access_denied' | 'server_error';

/** A request that is answered to the app without asking anybody. */
export type RefusedRequest = Readonly<{ refusal: string }>;

/** Parameters of the request; what else it holds is ignored, as RFC 6749 §3.1 demands. */
const KNOWN = [
  'response_type',
  'response_mode',
  'redirect_uri',
  'client_id',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
] as const;

/** BASE64URL of a SHA-256: RFC 7636 §4.2. */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
/** RFC 6749, appendices A.1 and A.5. */
const VISIBLE = /^[\x20-\x7e]{1,512}$/;

/**
 * Reads an authorization request. The redirect URI is judged before all else: what is wrong with it is told to the
 * person and never to the address, and everything after it is told to the app.
 * @throws {Problem} `invalid-request` when the request names no redirect URI of ours.
 */
export function readAuthorizationRequest({
  pathname,
  search,
  searchParams,
}: URL): AuthorizationRequest | RefusedRequest {
  const redirectUri = verifiedRedirectUri(searchParams.getAll('redirect_uri'));
  // A parameter without a value is one that was left out: RFC 6749 §3.1.
  const value = (name: (typeof KNOWN)[number]) => searchParams.get(name) || undefined;
  const isTwice = (name: string) => searchParams.getAll(name).length > 1;
  const state = isTwice('state') ? undefined : value('state');
  const refuse = (error: AuthorizationError, description: string): RefusedRequest => ({
    refusal: answerAddress({ redirectUri, state }, { error, error_description: description }),
  });

  const twice = KNOWN.find(isTwice);
  if (twice) return refuse('invalid_request', `${twice} is given twice`);
  const responseType = value('response_type');
  if (responseType === undefined) return refuse('invalid_request', 'response_type is missing');
  if (responseType !== 'code') return refuse('unsupported_response_type', 'response_type must be code');
  if ((value('response_mode') ?? 'query') !== 'query')
    return refuse('invalid_request', 'response_mode must be query');
  if (value('scope') !== undefined)
    return refuse('invalid_scope', 'there are no scopes here: a sign-in may do what its member may');
  // Left out, the method is "plain": RFC 7636 §4.3.
  if (value('code_challenge_method') !== 'S256')
    return refuse('invalid_request', 'code_challenge_method must be S256');
  const codeChallenge = value('code_challenge') ?? '';
  if (!CHALLENGE.test(codeChallenge))
    return refuse('invalid_request', 'code_challenge must be a SHA-256 in base64url');
  const clientId = value('client_id') ?? null;
  for (const [name, text] of Object.entries({ client_id: clientId, state })) {
    if (text && !VISIBLE.test(text))
      return refuse('invalid_request', `${name} must have at most 512 visible ASCII characters`);
  }
  // Whoever has to sign in first would not find back.
  if (safeReturnTo(pathname + search) !== pathname + search)
    return refuse('invalid_request', 'the request is too long');
  return { redirectUri, codeChallenge, state, clientId };
}

function verifiedRedirectUri([redirectUri, ...more]: readonly string[]): string {
  if (redirectUri !== undefined && more.length === 0 && isAppRedirectUri(redirectUri)) return redirectUri;
  throw new Problem('invalid-request', {
    detail:
      'An app sent you here to sign in, but the address it wants you to be sent back to is not known. Nobody was signed in.',
    errors: [
      { path: 'redirect_uri', message: 'is missing, or not one of APP_REDIRECT_URIS, which names the apps' },
    ],
  });
}

/**
 * The app's redirect URI with an answer in its query: RFC 6749 §4.1.2. `iss` says whose answer it is, for apps that
 * sign in at several places: RFC 9207.
 */
export function answerAddress(
  { redirectUri, state }: Pick<AuthorizationRequest, 'redirectUri' | 'state'>,
  answer: Readonly<{ code: string } | { error: AuthorizationError; error_description: string }>,
): string {
  const query = new URLSearchParams({
    ...answer,
    ...(state !== undefined && { state }),
    iss: environment().SITE_ORIGIN,
  });
  // Joined as texts: a parser would spell the app's own address anew.
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`;
}
