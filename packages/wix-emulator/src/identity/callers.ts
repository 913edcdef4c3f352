import { hasAppRights, requireToken } from '../http/caller.ts';
import { permissionDenied } from '../http/errors.ts';
import type { WixContext } from '../http/env.ts';

/** A visitor signs in, or a member signs in again; an app has nobody's password to give. */
export function requireBrowserToken(context: WixContext): void {
  if (hasAppRights(requireToken(context.var.caller))) throw permissionDenied('A visitor token is required');
}

/** Gives the id of the member who asks. */
export function requireMember(context: WixContext): string {
  const caller = requireToken(context.var.caller);
  if (caller.type !== 'MEMBER') throw permissionDenied('A member token is required');
  return caller.id;
}
