import type { MiddlewareHandler } from 'hono';
import { unauthenticated } from './errors.ts';
import type { Env } from './env.ts';
import type { Subject } from '../oauth/access-tokens.ts';

/** Who is asking: what the access token says, or nobody. */
export type Caller = Readonly<{ type: 'NONE'; id?: never }> | Subject;

export const nobody: Caller = { type: 'NONE' };

/**
 * Learns the caller from the raw `Authorization` header: no `Bearer` [recorded]. A header with the scheme in
 * front is therefore just an unknown token, as it is for Wix.
 */
export const identifyCaller: MiddlewareHandler<Env> = async (context, next) => {
  const token = context.req.header('authorization');
  if (token !== undefined) {
    const found = await context.var.site.accessTokens.verify(token);
    if ('refused' in found) throw unauthenticated(found.refused);
    context.set('caller', found.subject);
  }
  await next();
};

/** Everything but the token endpoints and the authorize page needs some token, if only a visitor's. */
export function requireToken(caller: Caller): Subject {
  if (caller.type === 'NONE') throw unauthenticated('no access token in the Authorization header');
  return caller;
}

/** Apps and API keys act for the site itself: no permission of a collection holds them back. */
export const hasAppRights = (caller: Caller): boolean => caller.type === 'APP' || caller.type === 'USER';
