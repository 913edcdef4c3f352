import type { oas31 } from 'zod-openapi';

/** Who may ask, as the document tells it. */
export type Access =
  /** Needs no credential, and looks at none. */
  | 'anybody'
  /** Anybody, but a credential that comes along must be a good one. */
  | 'anybody-known'
  /** A member who has signed in; access tokens are refused. */
  | 'session'
  /** A member, by any credential. */
  | 'member'
  /**
   * A member, or an access token made for this scope; `visitors`: also without any credential; `roles`: what is named
   * there may be asked for besides.
   */
  | Readonly<{ scope: string; visitors: boolean; roles?: readonly string[] }>;

const SESSION = [{ session: [] }, { cookie: [] }, { oauth: [] }];

/** Alternatives, any one of which is enough. OpenAPI 3.1 §4.8.30: for a bearer token the list names what it is for. */
export function securityOf(access: Access): oas31.SecurityRequirementObject[] {
  if (access === 'anybody') return [{}];
  if (access === 'anybody-known') return [{}, ...SESSION, { accessToken: [] }];
  if (access === 'session') return SESSION;
  if (access === 'member') return [...SESSION, { accessToken: [] }];
  return [...(access.visitors ? [{}] : []), ...SESSION, { accessToken: [access.scope] }];
}

/** The ways to show who is asking; exactly one of them in a request. */
export const SECURITY_SCHEMES: Record<string, oas31.SecuritySchemeObject> = {
  session: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'gh_s_…',
    description: 'The token of a sign-in: `POST /api/auth/login`. It may do all that its member may.',
  },
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'gh_pat_…',
    description:
      'A personal access token, for programs: `POST /api/auth/access-tokens`. It may do what it was made for; each operation names its scope.',
  },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-gatehouse',
    description: 'Set by the sign-in page, for the pages of the site itself.',
  },
  oauth: {
    type: 'oauth2',
    description: 'A native app has its member sign in in the system’s browser (RFC 8252, PKCE).',
    flows: {
      authorizationCode: {
        authorizationUrl: '/api/auth/authorize',
        tokenUrl: '/api/auth/token',
        scopes: {},
      },
    },
  },
};
