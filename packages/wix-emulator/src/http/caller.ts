import type { MiddlewareHandler } from 'hono';
import { authenticate } from './credentials.ts';
import { permissionDenied, unauthenticated } from './errors.ts';
import type { Env } from './env.ts';
import type { Subject } from '../oauth/access-tokens.ts';

/** Who is asking: what the access token says, or nobody. */
export type Caller = Readonly<{ type: 'NONE'; id?: never }> | Subject;

export const nobody: Caller = { type: 'NONE' };

/** Learns the caller from the `Authorization` header, when there is one. */
export const identifyCaller: MiddlewareHandler<Env> = async (context, next) => {
  const caller = await authenticate(context.var.site, context.req.raw.headers);
  if (caller) context.set('caller', caller);
  await next();
};

/** Everything but the token endpoints and the authorize page needs some token, if only a visitor's. */
export function requireToken(caller: Caller): Subject {
  if (caller.type === 'NONE') throw unauthenticated('no access token in the Authorization header');
  return caller;
}

/** Apps and API keys act for the site itself: no permission of a collection holds them back. */
export const hasAppRights = (caller: Caller): boolean => caller.type === 'APP' || caller.type === 'USER';

/** What concerns the site itself is for its apps and API keys. */
export function requireAppRights(caller: Caller): void {
  if (!hasAppRights(requireToken(caller))) throw permissionDenied('An app or an API key is required');
}
