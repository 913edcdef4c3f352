import { getRequestListener, RequestError } from '@hono/node-server';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { logFailure } from '../log.ts';
import { markMeasured } from './measured.ts';
import { toProblemResponse } from './problem-response.ts';
import { Problem } from './problem.ts';
import { withSecurityHeaders } from './security-headers.ts';

type Context = Readonly<{ locals: object; clientAddress: string | undefined }>;

type Listener = (request: IncomingMessage, response: ServerResponse, locals: object) => Promise<void>;

/**
 * Between Node's requests and the web's: `answer` gets a Request that is made out only as far as it is looked at, and
 * a Response made of a text is written as one, with its length. Astro's own way there costs as much as the rest of a
 * constant answer together (docs/performance.md).
 */
export function webListener(answer: (request: Request, context: Context) => Promise<Response>): Listener {
  const contexts = new WeakMap<object, Context>();
  // The library puts a Response of its own in the place of the global one; without that, bodies would be streams.
  const listener = getRequestListener(
    (request, { incoming }) => {
      const context = contexts.get(incoming);
      if (!context) throw new Error('a request came in past the door');
      // Node ends a body where its Content-Length says: RFC 9112 §6.3.
      if (incoming.headers['content-length'] !== undefined) markMeasured(request);
      return answer(request, context);
    },
    { errorHandler: refused },
  );
  return async (request, response, locals) => {
    contexts.set(request, { locals, clientAddress: request.socket.remoteAddress });
    await listener(request, response);
  };
}

/** For what never became a request, and for what the framework itself could not answer. */
function refused(error: unknown): Response {
  const isTheirs = error instanceof RequestError;
  if (!isTheirs) logFailure(error, 'answering a request');
  const problem = new Problem(isTheirs ? 'invalid-request' : 'unexpected');
  const requestId = randomUUID();
  return withSecurityHeaders(toProblemResponse(problem, requestId), requestId);
}
