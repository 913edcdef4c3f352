import { defineMiddleware, sequence } from 'astro:middleware';
import { randomUUID } from 'node:crypto';
import { identify } from './lib/auth/authenticate.ts';
import { visitor } from './lib/auth/actor.ts';
import { blankSessionCookie, readCredential } from './lib/auth/credential.ts';
import { assertSameSite } from './lib/auth/cross-site.ts';
import { wixIdentityOf } from './lib/auth/identity.ts';
import { sessions } from './lib/auth/sessions.ts';
import { refuse } from './lib/http/endpoint.ts';
import { assertKnownHost, siteOrigins } from './lib/http/origin.ts';
import { toProblem } from './lib/http/problem.ts';
import { withSecurityHeaders } from './lib/http/security-headers.ts';
import { runAs } from './lib/wix/context.ts';

/** The first and the last to touch a request: it gets an id, and every answer its headers. */
const frame = defineMiddleware(async ({ locals, request, url }, next) => {
  locals.requestId = randomUUID();
  locals.actor = visitor;
  locals.refusal = null;
  try {
    assertKnownHost(request.headers);
    return withSecurityHeaders(await next(), locals.requestId);
  } catch (error) {
    return withSecurityHeaders(refuse({ locals, request, url }, toProblem(error)), locals.requestId);
  }
});

/** Who is asking, and did they ask from here: from the one credential, before any route runs. */
const gate = defineMiddleware(async ({ locals, request, url, rewrite }, next) => {
  const door = url.pathname.startsWith('/api/') ? 'api' : 'page';
  let staleCookie = false;
  try {
    const credential = readCredential(request.headers);
    assertSameSite({ request, credential: credential.kind, door, origins: siteOrigins() });
    locals.actor = await identify(credential, sessions()).catch((error: unknown) => {
      locals.refusal = toProblem(error);
      staleCookie = credential.kind === 'cookie';
      return visitor;
    });
  } catch (error) {
    const problem = toProblem(error);
    locals.refusal = problem;
    // A refused Authorization header is for the route to answer; everything else stops here.
    if (problem.code !== 'unauthenticated') {
      if (door === 'api') return refuse({ locals, request, url }, problem);
      return rewrite(new Request(new URL('/problem', url), { headers: request.headers }));
    }
  }
  const response = await runAs(wixIdentityOf(locals.actor), () => next());
  if (staleCookie && door === 'page' && !response.headers.has('set-cookie')) {
    response.headers.append('set-cookie', blankSessionCookie());
  }
  return response;
});

export const onRequest = sequence(frame, gate);
