import { environment, type Environment } from '../../env.ts';
import { Problem } from './problem.ts';

/** Names a laptop has for itself; 10.0.2.2 is the laptop as the Android emulator sees it. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]', '10.0.2.2'];

type Names = Readonly<{ environment: Environment; origins: readonly string[]; hosts: ReadonlySet<string> }>;

let known: Names | undefined;

/** Worked out once an environment, since every request asks. */
function names(): Names {
  const current = environment();
  if (known?.environment === current) return known;
  const { mode, SITE_ORIGIN, PORT } = current;
  const { protocol, port } = new URL(SITE_ORIGIN);
  const laptops = LOOPBACK_NAMES.map((name) => new URL(`${protocol}//${name}:${port}`).origin);
  const origins = mode === 'live' ? [SITE_ORIGIN] : laptops;
  // Health probes ask by loopback address also where the site has a public name.
  const probes = ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${PORT}`);
  known = {
    environment: current,
    origins,
    hosts: new Set([...origins.map((origin) => new URL(origin).host), ...probes]),
  };
  return known;
}

/** Origins whose pages are ours: one in live mode, the laptop's names in offline mode. */
export function siteOrigins(): readonly string[] {
  return names().origins;
}

/** The origin that the site is known by: links and descriptions are built from it, never from a request. */
export function siteOrigin(): string {
  return environment().SITE_ORIGIN;
}

/**
 * The same page under the name that Wix sends browsers back to, when this one is another of the laptop's names: cookies
 * do not go from name to name. In live mode there is one name.
 */
export function addressAtSiteOrigin(headers: Headers, { pathname, search }: URL): string | null {
  const { mode, SITE_ORIGIN } = environment();
  if (mode === 'live' || headers.get('host') === new URL(SITE_ORIGIN).host) return null;
  return SITE_ORIGIN + pathname + search;
}

/**
 * Answers only for names of our own, so that no link, cookie or cache entry can be made for somebody else's.
 * @throws {Problem} `misdirected-request`, RFC 9110 §15.5.20.
 */
export function assertKnownHost(headers: Headers): void {
  const host = headers.get('host')?.toLowerCase();
  if (host === undefined || !names().hosts.has(host)) {
    throw new Problem('misdirected-request', { reason: `host ${host ?? 'missing'}` });
  }
}
