import type { APIRoute } from 'astro';
import { blankSessionCookie } from '../lib/auth/credential.ts';
import { endCredential } from '../lib/auth/stores.ts';
import { allowMethods, seeOther } from '../lib/http/page.ts';

/** Never by GET: a link or an image elsewhere could sign people out. */
export const ALL: APIRoute = async ({ locals: { actor }, request }) => {
  allowMethods(request, 'POST');
  if (actor.kind === 'member') await endCredential(actor.id, actor.credential);
  return seeOther('/', blankSessionCookie());
};
