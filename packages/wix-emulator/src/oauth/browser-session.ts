import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { WixContext } from '../http/env.ts';

/** Sent only where a login begins and ends. The name tells whose it is: cookies of one host are shared by all its ports. */
const COOKIE = 'wix_emulator_session';
const PATH = '/_api/oauth2';

/** Remembers in the browser who signed in on a page, for `prompt=none`. */
export function rememberBrowser(context: WixContext, memberId: string): void {
  const { site } = context.var;
  setCookie(context, COOKIE, site.tickets.issue('browser', { memberId }), {
    path: PATH,
    httpOnly: true,
    sameSite: 'Lax',
    secure: (site.pagesOrigin ?? site.origin).startsWith('https:'),
  });
}

export function memberOfBrowser(context: WixContext): string | undefined {
  const secret = getCookie(context, COOKIE);
  return secret === undefined ? undefined : context.var.site.tickets.find('browser', secret)?.memberId;
}

export function forgetBrowser(context: WixContext): void {
  const secret = deleteCookie(context, COOKIE, { path: PATH });
  if (secret !== undefined) context.var.site.tickets.take('browser', secret);
}

/** The header that ends a browser's session, for answers that list headers instead of sending them. */
export const FORGET_BROWSER = `${COOKIE}=; Max-Age=0; Path=${PATH}`;
