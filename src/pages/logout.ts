import type { APIRoute } from 'astro';
import { blankSessionCookie } from '../lib/auth/credential.ts';
import { sessions } from '../lib/auth/sessions.ts';
import { allowMethods, seeOther } from '../lib/http/page.ts';

/** Never by GET: a link or an image elsewhere could sign people out. */
export const ALL: APIRoute = async ({ locals: { actor }, request }) => {
  allowMethods(request, 'POST');
  if (actor.kind === 'member') await sessions().end(actor.sessionId);
  return seeOther('/', blankSessionCookie());
};
