import { Hono } from 'hono';
import { oauthError, unauthenticated, WixError } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readBody, readText } from '../http/request.ts';
import { exchange } from './grants.ts';
import { authorizeRoutes } from './authorize.ts';
import { redirectSessionRoutes } from './redirect-session.ts';
import { TokenInfoRequest, TokenRequest } from './schema.ts';

export const oauthRoutes = new Hono<Env>();

/**
 * Every grant, as JSON or form.
 * https://dev.wix.com/docs/rest/business-management/authentication-management/authentication
 */
oauthRoutes.post('/oauth2/token', async (context) => {
  operation(context, 'oauth2.token');
  const fields = await readTokenFields(context.req.raw);
  const grantType = fields['grant_type'];
  if (typeof grantType === 'string') operation(context, `oauth2.token:${grantType.slice(0, 64)}`);
  const request = TokenRequest.safeParse(fields);
  if (!request.success) {
    const unknownGrant = request.error.issues.some((issue) => issue.code === 'invalid_union');
    const problems = request.error.issues
      .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      .join('; ');
    throw oauthError(unknownGrant ? 'unsupported_grant_type' : 'invalid_request', problems);
  }
  const { subject, answer } = await exchange(context.var.site, request.data);
  context.set('caller', subject);
  return context.json(answer);
});

/** What a token says about itself; needs no Authorization header, and numbers come as text [recorded]. */
oauthRoutes.post('/oauth2/token-info', async (context) => {
  operation(context, 'oauth2.token-info');
  const { site } = context.var;
  const { token } = await readBody(context, TokenInfoRequest);
  const found = await site.accessTokens.verify(token);
  if ('refused' in found) throw unauthenticated(found.refused);
  return context.json({
    active: true,
    subjectType: found.subject.type,
    subjectId: found.subject.id,
    exp: String(found.expiresAt),
    iat: String(found.issuedAt),
    clientId: site.app.clientId,
    siteId: site.siteId(),
    instanceId: site.app.instanceId,
  });
});

oauthRoutes.route('/', authorizeRoutes);
oauthRoutes.route('/', redirectSessionRoutes);

/** Reads JSON or a form, with keys in snake_case. */
async function readTokenFields(request: Request): Promise<Record<string, unknown>> {
  const text = await readText(request);
  const isForm = request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded');
  const entries = isForm ? [...new URLSearchParams(text)] : Object.entries(parseObject(text));
  const fields: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    // The same field twice, in either spelling, could mean two things. RFC 6749 §3.2 refuses it.
    if (Object.hasOwn(fields, name)) throw oauthError('invalid_request', `${name} is given twice`);
    fields[name] = value;
  }
  return fields;
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    if (error instanceof WixError) throw error;
  }
  throw oauthError('invalid_request', 'the body must be a JSON object or a form');
}
