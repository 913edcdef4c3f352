import { Problem } from '../http/problem.ts';
import type { Credential } from './credential.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

type SiteCheck = Readonly<{
  request: Request;
  credential: Credential['kind'];
  /** Pages are for browsers only, so there every write must prove where it came from. */
  door: 'page' | 'api';
  origins: readonly string[];
  /** From the page of an app on another origin that is named in the environment. */
  invited: boolean;
}>;

/**
 * Refuses writes that another site makes a browser send. Never falls silent behind a proxy, since it compares with
 * the configured origin and not with what the socket says. Fetch Metadata §2.3, RFC 6454 §7.
 *
 * A bearer token is added by the app itself and never by a browser on its own, so those writes need no check. Without
 * any credential an app without an Origin, or on an invited one, may write (to sign in); a foreign page may not.
 * @throws {Problem} `cross-site`.
 */
export function assertSameSite({ request, credential, door, origins, invited }: SiteCheck): void {
  if (SAFE_METHODS.has(request.method) || credential === 'bearer') return;
  // Never with a cookie: it goes along by itself, an invited app brings its token.
  if (invited && credential !== 'cookie') return;
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  const foreign =
    (origin !== null && !origins.includes(origin)) ||
    (site !== null && site !== 'same-origin' && site !== 'none');
  const proven = (origin !== null && origins.includes(origin)) || site === 'same-origin';
  const mustProve = credential === 'cookie' || door === 'page';
  if (foreign || (mustProve && !proven)) {
    throw new Problem('cross-site', { reason: `origin ${origin}, sec-fetch-site ${site}` });
  }
}
