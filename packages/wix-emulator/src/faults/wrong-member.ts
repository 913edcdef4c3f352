import type { Site } from '../site.ts';
import type { Subject } from '../oauth/access-tokens.ts';

type Answer = (request: Request) => Promise<Response>;

/**
 * Answers a member's request as if another member had sent it. What the request proves about its sender stays
 * untouched and is checked as always; only the member that comes out of it is the wrong one.
 */
export async function answerForAnother(
  site: Site,
  member: string,
  request: Request,
  answer: Answer,
): Promise<Response> {
  const found = site.members.lookUp(member);
  if (!found) return answer(request);
  const other: Subject = { type: 'MEMBER', id: found.member.id };
  const response = await answer(await sentBy(site, other, request));
  return response.ok ? withCredentialsOf(site, other, response) : response;
}

/** The request with the other's token, when it came with a member's. */
async function sentBy(site: Site, other: Subject, request: Request): Promise<Request> {
  if (!(await isMembers(site, request.headers.get('authorization')))) return request;
  const headers = new Headers(request.headers);
  headers.set('authorization', (await site.accessTokens.issue(other)).access_token);
  return new Request(request, { headers });
}

/** The answer with the other's tokens in place of a member's: of the token endpoint, and of a login. */
async function withCredentialsOf(site: Site, other: Subject, response: Response): Promise<Response> {
  if (!response.headers.get('content-type')?.startsWith('application/json')) return response;
  const { status } = response;
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  const text = await response.text();
  const body = JSON.parse(text) as Record<string, unknown>;
  if (typeof body['sessionToken'] === 'string') {
    body['sessionToken'] = site.tickets.issue('session', { memberId: other.id });
  } else if (await isMembers(site, body['access_token'])) {
    Object.assign(body, await site.accessTokens.issue(other));
    if ('refresh_token' in body) body['refresh_token'] = site.refreshTokens.issue(other, site.app.clientId);
  } else return new Response(text, { status, headers });
  return Response.json(body, { status, headers });
}

async function isMembers(site: Site, token: unknown): Promise<boolean> {
  if (typeof token !== 'string') return false;
  const found = await site.accessTokens.verify(token);
  return 'subject' in found && found.subject.type === 'MEMBER';
}
