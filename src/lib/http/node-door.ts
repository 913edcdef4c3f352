import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientOf, trustedProxies } from './client-address.ts';
import { Problem } from './problem.ts';
import { toProblemResponse } from './problem-response.ts';
import { withSecurityHeaders } from './security-headers.ts';

/**
 * Node keeps the first of two such headers and forgets the second; a proxy in front may have believed the other one.
 * `Cookie` is not among them: Node joins those, and we count what is inside.
 */
const ONCE = ['authorization', 'host', 'origin', 'sec-fetch-site', 'content-type'];

/** A name or an address, and a port: RFC 9110 §7.2. What else it may hold makes no address of ours. */
const HOST = /^[A-Za-z0-9.[\]:_-]+$/;

type Listener<More extends unknown[] = []> = (
  request: IncomingMessage,
  response: ServerResponse,
  ...more: More
) => unknown;

/**
 * Stands before the framework: refuses what is lost or breaks on the way from Node's request to the web's, so that
 * the middleware judges what was really sent, and knows from where.
 */
export function nodeDoor(listener: Listener<[locals: object]>): Listener {
  return (request, response) => {
    const problem = faultOf(request);
    if (problem) return void answer(response, problem);
    // The web's Request cannot be made with this name (Fetch §2.2.1); under another one the route says 405.
    if (request.method === 'TRACE') request.method = 'UNSUPPORTED';
    return listener(request, response, { client: clientOf(request, trustedProxies()) });
  };
}

/** Services of the framework that this site does not use: its images, islands and actions. */
const CLOSED = /^\/_(?:image|server-islands|actions)(?![^/?])/i;

function faultOf({ rawHeaders, headers, url = '' }: IncomingMessage): Problem | null {
  if (CLOSED.test(url)) return new Problem('not-found', { reason: 'a closed service of the framework' });
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const doubled = ONCE.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (doubled !== undefined) {
    return new Problem('invalid-request', { detail: `The header ${doubled} is given twice.` });
  }
  return HOST.test(headers.host ?? '') ? null : new Problem('misdirected-request');
}

async function answer(response: ServerResponse, problem: Problem): Promise<void> {
  const requestId = randomUUID();
  const { status, headers, body } = withSecurityHeaders(toProblemResponse(problem, requestId), requestId);
  response.writeHead(status, Object.fromEntries(headers)).end(body && (await new Response(body).text()));
}
