import { exchangeCode } from '../../../lib/auth/authorization.ts';
import { counted } from '../../../lib/auth/counted.ts';
import { CodeExchange } from '../../../lib/auth/schemas.ts';
import { otherMethods } from '../../../lib/http/endpoint.ts';
import { answer, oauthEndpoint, TokenError } from '../../../lib/http/oauth.ts';
import { parse } from '../../../lib/http/parse.ts';
import { presentMember } from '../../../lib/http/present.ts';

export const POST = oauthEndpoint(async ({ locals: { client } }, fields) => {
  if (fields['grant_type'] === undefined) throw new TokenError('invalid_request', 'grant_type is missing');
  if (fields['grant_type'] !== 'authorization_code')
    throw new TokenError('unsupported_grant_type', 'grant_type must be authorization_code');
  if (fields['client_secret'] !== undefined)
    throw new TokenError('invalid_client', 'apps have no secret here: send no client_secret');
  const { code, redirect_uri, code_verifier, client_id, device } = parse(CodeExchange, fields);
  const { token, expiresAt, member } = await counted([{ budget: 'token', key: client }], () =>
    exchangeCode({
      code,
      redirectUri: redirect_uri,
      codeVerifier: code_verifier,
      clientId: client_id ?? null,
      device,
    }),
  );
  return answer({
    access_token: token,
    token_type: 'Bearer',
    expires_in: Math.floor((expiresAt.getTime() - Date.now()) / 1000),
    member: presentMember(member),
  });
});

export const ALL = otherMethods({ POST });
