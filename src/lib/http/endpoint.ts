import type { APIContext, APIRoute } from 'astro';
import { z } from 'zod';
import { logProblem } from '../log.ts';
import { parse, readQuery } from './parse.ts';
import { toProblemResponse } from './problem-response.ts';
import { Problem, toProblem } from './problem.ts';

type Options<Query extends z.ZodType> = Readonly<{
  /** The query keys this route knows; without it, it knows none and refuses any. */
  query?: Query;
  /** `ignored` for routes that one uses to get a credential: an ended one must not keep anybody from signing in. */
  credentials?: 'required-valid' | 'ignored';
}>;

type Handler<Query> = (context: APIContext, query: Query) => Promise<Response>;

/**
 * Wraps an API route: its query is parsed, a refused credential stops it, and whatever it throws becomes
 * problem+json, so that the route itself reads like a checklist.
 */
export function endpoint<Query extends z.ZodType = z.ZodObject>(
  options: Options<Query>,
  handler: Handler<z.output<Query>>,
): APIRoute {
  const { credentials = 'required-valid' } = options;
  const schema: z.ZodType = options.query ?? z.strictObject({});
  return async (context) => {
    try {
      if (context.locals.refusal && credentials !== 'ignored') throw context.locals.refusal;
      const query = parse(schema, readQuery(context.url)) as z.output<Query>;
      return await handler(context, query);
    } catch (error) {
      return refuse(context, toProblem(error));
    }
  };
}

/** The problem as the answer, and in the log with what the caller is not told. */
export function refuse(
  { locals, request, url }: Pick<APIContext, 'locals' | 'request' | 'url'>,
  problem: Problem,
): Response {
  logProblem(problem, { id: locals.requestId, method: request.method, path: url.pathname });
  return toProblemResponse(problem, locals.requestId);
}

type Methods = Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', APIRoute>>>;

/**
 * Every method a route does not name: HEAD runs GET and drops the body, OPTIONS lists what there is, the rest is 405.
 * RFC 9110 §9.3.2, §9.3.7 and §15.5.6.
 */
export function otherMethods(methods: Methods): APIRoute {
  const names = Object.keys(methods);
  const allow = [...names, ...(methods.GET ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return async (context) => {
    const { method } = context.request;
    if (method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow } });
    if (method === 'HEAD' && methods.GET) {
      const { status, headers } = await methods.GET(context);
      return new Response(null, { status, headers });
    }
    return refuse(
      context,
      new Problem('method-not-allowed', { detail: `Allowed: ${allow}.`, headers: { allow } }),
    );
  };
}
