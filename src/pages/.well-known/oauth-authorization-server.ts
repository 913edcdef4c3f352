import { environment } from '../../env.ts';
import { endpoint, otherMethods } from '../../lib/http/endpoint.ts';
import { json } from '../../lib/http/json.ts';

/** RFC 8414 §2; `code_challenge_methods_supported` is how apps learn that they need PKCE. */
export const GET = endpoint({ credentials: 'ignored' }, () => {
  const { SITE_ORIGIN } = environment();
  return Promise.resolve(
    json({
      issuer: SITE_ORIGIN,
      authorization_endpoint: `${SITE_ORIGIN}/api/auth/authorize`,
      token_endpoint: `${SITE_ORIGIN}/api/auth/token`,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code'],
      token_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    }),
  );
});

export const ALL = otherMethods({ GET });
