/** Any of these set means that somebody wants a real site. */
const LIVE_VARIABLES = [
  'WIX_CLIENT_ID',
  'WIX_CLIENT_SECRET',
  'WIX_CLIENT_INSTANCE_ID',
  'WIX_CLIENT_PUBLIC_KEY',
  'SITE_ORIGIN',
  'DATABASE_URL',
];

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '::1'];

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Why this is a live site; `null` for offline mode.
 *
 * Offline only on somebody's own machine: never the silent back end of a deployment. Everything else is live, where a
 * missing variable refuses the start.
 */
export function reasonForLive(variables: Variables): string | null {
  // Also when empty: that is what a secret that failed to arrive looks like.
  const named = LIVE_VARIABLES.find((name) => variables[name] !== undefined);
  if (named) return `${named} is set`;
  if (variables['NODE_ENV'] === 'production') return 'NODE_ENV is production';
  const host = variables['HOST'] || 'localhost';
  return LOOPBACK_HOSTS.includes(host) ? null : `HOST is ${host}, which is not this machine alone`;
}

export function isOffline(variables: Variables): boolean {
  return reasonForLive(variables) === null;
}
