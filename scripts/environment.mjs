// @ts-check

/** What decides where the site's data live and which Wix site answers. */
const CONFIGURATION =
  /^(WIX_|EXTERNAL_DATABASE_)|^(SITE_ORIGIN|DATABASE_URL|SECRETS_KEY|TRUSTED_PROXIES|DATA_DIR|HOST|PORT)$/;

/**
 * Takes the shell's own configuration of Gatehouse away, so that a test never reaches a real site or a real database.
 *
 * @param {NodeJS.ProcessEnv} [env] changed in place
 */
export function isolate(env = process.env) {
  for (const name of Object.keys(env)) if (CONFIGURATION.test(name)) delete env[name];
  // Offline mode is refused in production; test runners set this variable themselves.
  if (env['NODE_ENV'] === 'production') delete env['NODE_ENV'];
}
