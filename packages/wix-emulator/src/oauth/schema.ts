import { z } from 'zod';

const text = z.string().min(1).max(4_096);

/**
 * The grants of `POST /oauth2/token`, after `camelCase` keys were turned into `snake_case`: `OAuthStrategy`
 * writes the one, `AppStrategy` and external login the other [recorded].
 */
export const TokenRequest = z.discriminatedUnion('grant_type', [
  z.strictObject({ grant_type: z.literal('anonymous'), client_id: text, scope: text.optional() }),
  z.strictObject({
    grant_type: z.literal('refresh_token'),
    refresh_token: text,
    // `SiteSessionAuth` leaves it out [recorded].
    client_id: text.optional(),
    scope: text.optional(),
  }),
  z.strictObject({
    grant_type: z.literal('authorization_code'),
    client_id: text,
    code: text,
    code_verifier: text,
    redirect_uri: text.optional(),
    scope: text.optional(),
  }),
  z.strictObject({
    grant_type: z.literal('client_credentials'),
    client_id: text,
    client_secret: text,
    instance_id: text,
    scope: text.optional(),
  }),
  z.strictObject({ grant_type: z.literal('strip_bound_session'), client_secret: text, access_token: text }),
  z.strictObject({
    grant_type: z.literal('authorized_client'),
    member_id: text,
    session_token: text.optional(),
    scope: text.optional(),
  }),
]);
export type TokenRequest = z.output<typeof TokenRequest>;

export const TokenInfoRequest = z.strictObject({ token: text });

/** How `@wix/identity` wraps a request to the token endpoints: the JSON body as base64 [source]. */
export const RawRequest = z.strictObject({ body: z.base64().max(65_536), method: z.string().optional() });

/**
 * The query of `GET /_api/oauth2/authorize`, camelCase [public scripts, see the README]. `web_message` needs no
 * address: the answer is told to the page around [recorded].
 */
export const AuthorizeRequest = z.strictObject({
  clientId: text,
  redirectUri: text.optional(),
  responseType: text,
  responseMode: z.enum(['query', 'fragment', 'web_message']).default('fragment'),
  state: text,
  scope: text.optional(),
  codeChallenge: text.optional(),
  codeChallengeMethod: text.optional(),
  prompt: z.enum(['none', 'login']).default('login'),
  sessionToken: text.optional(),
  idp: text.optional(),
});
export type AuthorizeRequest = z.output<typeof AuthorizeRequest>;

const AuthRequest = z.strictObject({
  redirectUri: text.optional(),
  clientId: text,
  codeChallenge: text,
  codeChallengeMethod: z.literal('S256'),
  responseMode: z.enum(['query', 'fragment', 'web_message']),
  responseType: z.literal('code'),
  scope: text,
  state: text,
  sessionToken: text.optional(),
  idp: text.optional(),
});

/** `POST /_api/redirects-api/v1/redirect-session`: a login or a logout to be done in a browser [recorded]. */
export const RedirectSessionRequest = z.union([
  z.strictObject({ auth: z.strictObject({ authRequest: AuthRequest, prompt: z.enum(['login', 'none']) }) }),
  z.strictObject({
    logout: z.strictObject({ clientId: text }),
    callbacks: z.strictObject({ postFlowUrl: z.url().max(4_096) }),
  }),
]);

export const LogoutRequest = z.strictObject({ clientId: text, postFlowUrl: z.url().max(4_096) });
