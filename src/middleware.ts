import type { APIContext, MiddlewareNext } from 'astro';
import { defineMiddleware, sequence } from 'astro:middleware';
import { randomUUID } from 'node:crypto';
import { identify } from './lib/auth/authenticate.ts';
import { visitor, type Actor } from './lib/auth/actor.ts';
import { countRequest } from './lib/auth/counted.ts';
import { blankSessionCookie, readCredential, sessionCookie, type Credential } from './lib/auth/credential.ts';
import { assertSameSite } from './lib/auth/cross-site.ts';
import { wixIdentityOf } from './lib/auth/identity.ts';
import { noteActive } from './lib/auth/member-watch.ts';
import { stores } from './lib/auth/stores.ts';
import { isInvited, withCors } from './lib/http/cors.ts';
import { UNKNOWN_CLIENT } from './lib/http/client-address.ts';
import { doorOf, isForWix } from './lib/http/door.ts';
import { refuse } from './lib/http/endpoint.ts';
import { assertKnownHost, siteOrigins } from './lib/http/origin.ts';
import { seeOther } from './lib/http/page.ts';
import { toProblem, type Problem } from './lib/http/problem.ts';
import { rateLimitFields, type Standing } from './lib/http/rate-limit-fields.ts';
import { signInAddress } from './lib/http/return-to.ts';
import { withSecurityHeaders } from './lib/http/security-headers.ts';
import { logProblem } from './lib/log.ts';
import { runAs } from './lib/wix/context.ts';

/** The first and the last to touch a request: it gets an id, and every answer its headers. */
const frame = defineMiddleware(async ({ locals, request, url }, next) => {
  locals.requestId = randomUUID();
  // Set before the framework, which the development server does without.
  locals.client ??= UNKNOWN_CLIENT;
  locals.actor = visitor;
  locals.refusal = null;
  locals.problem = null;
  locals.formTargets = [];
  const framed = (response: Response) => {
    const headed = withSecurityHeaders(response, locals.requestId, locals.formTargets);
    return doorOf(url.pathname) === 'api' ? withCors(request, headed) : headed;
  };
  try {
    const response = await next();
    // Astro leaves the charset to a meta element, which is read later than this.
    if (response.headers.get('content-type') === 'text/html') {
      response.headers.set('content-type', 'text/html; charset=utf-8');
    }
    return framed(response);
  } catch (error) {
    return framed(refuse({ locals, request, url }, toProblem(error)));
  }
});

/** Asked by what keeps the process running, which would end it for a 429; they cost no more than counting them. */
const PROBES = new Set(['/api/health/live', '/api/health/ready']);

/** Who is asking, and did they ask from here: from the one credential, before any route runs. */
const gate = defineMiddleware(async (context, next) => {
  const { locals, request, url } = context;
  const door = doorOf(url.pathname);
  let cookie: string | null;
  let standing: Standing | null;
  try {
    assertKnownHost(request.headers);
    // Who it is on behalf of, its body says; cookies and tokens of ours mean nothing there.
    if (isForWix(url.pathname)) return await next();
    const credential = readCredential(request.headers);
    const invited = door === 'api' && isInvited(request);
    assertSameSite({ request, credential: credential.kind, door, origins: siteOrigins(), invited });
    ({ actor: locals.actor, refusal: locals.refusal, cookie } = await recognise(credential));
    standing = PROBES.has(url.pathname) ? null : await countRequest(locals.actor, locals.client);
  } catch (error) {
    const problem = toProblem(error);
    locals.refusal = problem;
    return door === 'api' ? refuse(context, problem) : explain(context, problem, next);
  }
  const answer = door === 'api' ? () => next() : () => page(context, next);
  const response = await runAs(wixIdentityOf(locals.actor), answer);
  if (standing && door === 'api' && !response.headers.has('ratelimit')) {
    for (const [name, value] of Object.entries(rateLimitFields(standing))) response.headers.set(name, value);
  }
  if (cookie && door === 'page' && !response.headers.has('set-cookie')) {
    response.headers.append('set-cookie', cookie);
  }
  return response;
});

type Recognised = Readonly<{ actor: Actor; refusal: Problem | null; cookie: string | null }>;

/**
 * Who is asking. A credential that has ended makes a visitor, and a refusal for routes that insist on it. A browser's
 * cookie goes with its session: it lasts as long, and is taken back when that has ended.
 */
async function recognise(credential: Credential): Promise<Recognised> {
  const inBrowser = credential.kind === 'cookie';
  try {
    const { actor, extendedTo } = await identify(credential, stores());
    if (actor.kind === 'member') noteActive(actor.id);
    const cookie = inBrowser && extendedTo ? sessionCookie(credential.token, extendedTo) : null;
    return { actor, refusal: null, cookie };
  } catch (error) {
    const refusal = toProblem(error);
    // A store that cannot answer makes nobody a visitor, and ends no cookie.
    if (refusal.code !== 'unauthenticated') throw error;
    return { actor: visitor, refusal, cookie: inBrowser ? blankSessionCookie() : null };
  }
}

/** What `endpoint()` is to the API: whatever a page throws is answered, for people. */
async function page(context: APIContext, next: MiddlewareNext): Promise<Response> {
  try {
    return await next();
  } catch (error) {
    const problem = toProblem(error);
    if (problem.code === 'unauthenticated') return seeOther(signInAddress(context.url));
    return explain(context, problem, next);
  }
}

/** Renders src/pages/problem.astro in place of the page that was asked for; the address stays. */
function explain(
  { locals, request, url }: APIContext,
  problem: Problem,
  next: MiddlewareNext,
): Promise<Response> {
  logProblem(problem, { id: locals.requestId, method: request.method, path: url.pathname });
  locals.problem = problem;
  // A request of its own: the body of the refused one may be read already, or must not be read at all.
  return next(new Request(new URL('/problem', url), { headers: request.headers }));
}

export const onRequest = sequence(frame, gate);
