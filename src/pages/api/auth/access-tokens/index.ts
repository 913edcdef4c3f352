import { listAccessTokens, makeAccessToken, NewAccessToken } from '../../../../lib/auth/access-tokens.ts';
import { assertSignedIn } from '../../../../lib/auth/authenticate.ts';
import { endpoint, otherMethods } from '../../../../lib/http/endpoint.ts';
import { json, KILOBYTE, readJson } from '../../../../lib/http/json.ts';
import { parse } from '../../../../lib/http/parse.ts';
import { presentAccessToken } from '../../../../lib/http/present-credentials.ts';

export const GET = endpoint({}, async ({ locals: { actor } }) => {
  assertSignedIn(actor);
  const accessTokens = await listAccessTokens(actor);
  return json({ accessTokens: accessTokens.map(presentAccessToken) });
});

export const POST = endpoint({}, async ({ locals: { actor }, request }) => {
  assertSignedIn(actor);
  const wanted = parse(NewAccessToken, await readJson(request, 16 * KILOBYTE));
  const { token, accessToken } = await makeAccessToken(actor, wanted);
  const headers = { location: `/api/auth/access-tokens/${accessToken.id}` };
  return json({ ...presentAccessToken(accessToken), token }, { status: 201, headers });
});

export const ALL = otherMethods({ GET, POST });
