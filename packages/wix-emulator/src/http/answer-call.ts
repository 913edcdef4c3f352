import type { Hono } from 'hono';
import { suffer } from '../faults/suffer.ts';
import type { Site } from '../site.ts';
import { nobody } from './caller.ts';
import type { CallDescription, Env } from './env.ts';

/** Answers one request, with whatever fault is set for it, and notes it in the call log however it ended. */
export async function answerCall(site: Site, routes: Hono<Env>, request: Request): Promise<Response> {
  const started = performance.now();
  const { hostname, pathname } = new URL(request.url);
  const call: CallDescription = { caller: nobody, operation: 'unknown', collection: undefined };
  const answer = async (asked: Request) => routes.fetch(asked, { call });
  const rule = site.faults.take(request.method, pathname);
  let status = 0;
  try {
    const response = await (rule ? suffer(site, rule, request, answer) : answer(request));
    status = response.status;
    return response;
  } finally {
    const { type, id } = call.caller;
    site.calls.add({
      method: request.method,
      host: hostname,
      path: pathname,
      operation: call.operation,
      subject: { type, ...(id !== undefined && { id }) },
      ...(call.collection !== undefined && { collection: call.collection }),
      ...(rule && { fault: rule.fault }),
      status,
      milliseconds: performance.now() - started,
    });
  }
}
