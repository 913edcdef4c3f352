import { Hono } from 'hono';
import { oauthError, WixError } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env, WixContext } from '../http/env.ts';
import { exchange } from './grants.ts';
import { TokenRequest } from './schema.ts';
import { readFields } from './token-fields.ts';

export const tokenRoutes = new Hono<Env>();

/**
 * Every grant, as JSON or form.
 * https://dev.wix.com/docs/rest/business-management/authentication-management/authentication
 */
tokenRoutes.post('/oauth2/token', async (context) => {
  operation(context, 'oauth2.token');
  const { fields, wrapped } = await readFields(context.req.raw);
  if (!wrapped) return context.json(await grant(context, fields));
  return context.json(await rawAnswer(() => grant(context, fields)));
});

async function grant(context: WixContext, fields: Readonly<Record<string, unknown>>): Promise<object> {
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
  const { subject, answer } = await exchange(context.var.site, request.data, context.req.raw.headers);
  context.set('caller', subject);
  return answer;
}

/**
 * An HTTP answer written down as JSON: refusals too are a 200 around their status.
 * https://dev.wix.com/docs/rest/app-management/oauth-2/introduction
 */
async function rawAnswer(answer: () => Promise<object>): Promise<object> {
  const { status, body } = await answer().then(
    (value) => ({ status: 200, body: value }),
    (error: unknown) => {
      if (error instanceof WixError) return error;
      throw error;
    },
  );
  return {
    statusCode: status,
    headers: [{ key: 'content-type', value: 'application/json' }],
    body: Buffer.from(JSON.stringify(body)).toString('base64'),
  };
}
