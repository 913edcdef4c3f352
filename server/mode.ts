/** Any of these set means that somebody wants their real Wix site. */
const WIX_VARIABLES = [
  'WIX_CLIENT_ID',
  'WIX_CLIENT_SECRET',
  'WIX_CLIENT_INSTANCE_ID',
  'WIX_CLIENT_PUBLIC_KEY',
];

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '::1'];

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Offline only on somebody's own machine: never the silent back end of a deployment. Everything else is live, where a
 * missing variable refuses the start.
 */
export function isOffline(variables: Variables): boolean {
  const wantsWix = WIX_VARIABLES.some((name) => Boolean(variables[name]));
  const host = variables['HOST'] || 'localhost';
  return !wantsWix && variables['NODE_ENV'] !== 'production' && LOOPBACK_HOSTS.includes(host);
}
