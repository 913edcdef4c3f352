import { z } from 'zod';
import { WixError } from '../http/errors.ts';
import type { WixContext } from '../http/env.ts';
import type { Html } from '../http/html.ts';
import { page } from '../http/page.ts';
import { readQuery } from '../http/request.ts';
import type { AuthorizeRequest } from '../oauth/schema.ts';

/** A login somebody is walking through: the secret that names it, and what the app asked for. */
export type Flow = Readonly<{ secret: string; request: AuthorizeRequest }>;

const FlowQuery = z.strictObject({ flow: z.string().min(1).max(200) });

/** Each page and each form belongs to a flow; a form without one that goes on leads nowhere. */
export function requireFlow(context: WixContext): Flow {
  const { flow: secret } = readQuery(context, FlowQuery);
  const found = context.var.site.tickets.find('flow', secret);
  if (!found)
    throw new WixError(410, 'This sign-in is over. Go back to where you came from and begin again.');
  return { secret, request: found.request };
}

export const addressOf = (path: string, { secret }: Flow): string =>
  `${path}?${new URLSearchParams({ flow: secret })}`;

/** A page within a flow; its forms may lead to the app. */
export function flowPage(
  { request }: Flow,
  options: Readonly<{ title: string; body: Html; status?: number }>,
): Response {
  return page({ ...options, formTargets: [formTarget(request.redirectUri ?? '')] });
}

/** As a source of a content security policy, which knows neither IPv6 addresses nor paths of unknown schemes. */
function formTarget(redirectUri: string): string {
  const { origin, protocol, host } = new URL(redirectUri);
  return origin === 'null' || host.startsWith('[') ? protocol : origin;
}
