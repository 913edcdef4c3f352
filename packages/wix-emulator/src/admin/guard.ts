import type { MiddlewareHandler } from 'hono';
import { WixError } from '../http/errors.ts';

/**
 * Whoever can reach the server on loopback may do everything here, so a web page of somebody else's must not make
 * their browser do it. Browsers say where a request comes from; scripts and command lines say nothing.
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export const refuseOtherSites: MiddlewareHandler = async (context, next) => {
  const site = context.req.header('sec-fetch-site');
  const origin = context.req.header('origin');
  // Following a link from elsewhere shows a page to the person, and to nobody else.
  const isVisit = context.req.method === 'GET' && context.req.header('sec-fetch-mode') === 'navigate';
  // Another port of this machine is the same site, and still somebody else.
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  const isForeignOrigin = origin !== undefined && origin !== new URL(context.req.url).origin;
  if ((isForeign && !isVisit) || isForeignOrigin) {
    throw new WixError(403, 'The request comes from another site');
  }
  await next();
  context.header('cross-origin-resource-policy', 'same-origin');
  context.header('cache-control', 'no-store');
  context.header('x-content-type-options', 'nosniff');
};
