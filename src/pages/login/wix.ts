import type { APIRoute } from 'astro';
import { z } from 'zod';
import { beginWixSignIn } from '../../lib/auth/wix-sign-in.ts';
import { addressAtSiteOrigin } from '../../lib/http/origin.ts';
import { allowMethods, seeOther } from '../../lib/http/page.ts';
import { parse, readQuery } from '../../lib/http/parse.ts';
import { safeReturnTo } from '../../lib/http/return-to.ts';

// Links carry marks of newsletters and the like: a page looks past what it does not know.
const Query = z.object({ returnTo: z.string().optional() });

/** Sends the browser to Wix's own sign-in page, and to the callback from there. */
export const ALL: APIRoute = async ({ locals: { actor, client }, request, url }) => {
  allowMethods(request, 'GET');
  const returnTo = safeReturnTo(parse(Query, readQuery(url)).returnTo);
  if (actor.kind === 'member') return seeOther(returnTo);
  const elsewhere = addressAtSiteOrigin(request.headers, url);
  if (elsewhere) return seeOther(elsewhere);
  const { location, cookie } = await beginWixSignIn(returnTo, client);
  return seeOther(location, cookie);
};
