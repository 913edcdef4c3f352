import { Hono } from 'hono';
import { requireToken } from '../http/caller.ts';
import { holderOf, isApiKey } from '../http/credentials.ts';
import { permissionDenied, unauthenticated } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { check } from '../http/request.ts';
import type { Site } from '../site.ts';
import { TokenInfoRequest } from './schema.ts';
import { readFields } from './token-fields.ts';

export const tokenInfoRoutes = new Hono<Env>();

/** What a token says about itself; needs no Authorization header, and numbers come as text [recorded]. */
tokenInfoRoutes.post('/oauth2/token-info', async (context) => {
  operation(context, 'oauth2.token-info');
  const { fields } = await readFields(context.req.raw);
  const { token } = check(TokenInfoRequest, fields);
  return context.json(await describe(context.var.site, token));
});

/** A member in the words of OpenID Connect, for the member's own token. */
tokenInfoRoutes.get('/oauth2/user-info', (context) => {
  operation(context, 'oauth2.user-info');
  const caller = requireToken(context.var.caller);
  const member = caller.type === 'MEMBER' && context.var.site.members.byId(caller.id);
  if (!member) throw permissionDenied('Only a member has user info');
  const { firstName, lastName } = member.contact;
  const name = [firstName, lastName].filter(Boolean).join(' ') || member.profile.nickname;
  return context.json({
    sub: member.id,
    ...(firstName !== undefined && { givenName: firstName }),
    ...(lastName !== undefined && { familyName: lastName }),
    ...(name !== undefined && { name }),
    email: member.loginEmail,
    emailVerified: member.loginEmailVerified,
  });
});

async function describe(site: Site, token: string): Promise<object> {
  // A key is of an account, not of an app or a site, and does not expire.
  if (isApiKey(token)) {
    const { type, id } = holderOf(site, token);
    return { active: true, subjectType: type, subjectId: id, accountId: site.accountId() };
  }
  const found = await site.accessTokens.verify(token);
  if ('refused' in found) throw unauthenticated(found.refused);
  return {
    active: true,
    subjectType: found.subject.type,
    subjectId: found.subject.id,
    exp: String(found.expiresAt),
    iat: String(found.issuedAt),
    clientId: site.app.clientId,
    siteId: site.siteId(),
    instanceId: site.app.instanceId,
  };
}
