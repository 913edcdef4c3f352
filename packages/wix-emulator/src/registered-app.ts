import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Store } from './store/store.ts';

const text = z.string().min(1).max(4_096);

/** The OAuth app registered on the site, and the API key of the account it belongs to. */
export const RegisteredApp = z.strictObject({
  clientId: text,
  clientSecret: text,
  instanceId: text,
  /** Compared exactly, port and path included; at most twenty, as on Wix. */
  redirectUris: z.array(z.url().max(4_096)).max(20).readonly(),
  /** Begins with `IST.`, like Wix's. */
  apiKey: text.regex(/^IST\./),
});
export type RegisteredApp = Readonly<z.output<typeof RegisteredApp>>;

const KEY = 'app';

/**
 * The app of a data file. What is not given is what the file keeps, made up at random the first time: there is no
 * default key that somebody could try elsewhere.
 */
export function registeredApp(store: Store, given: Partial<RegisteredApp> = {}): RegisteredApp {
  return store.write(() => {
    const kept = store.readValue<RegisteredApp>(KEY);
    const app = RegisteredApp.parse({ ...(kept ?? madeUp()), ...given });
    if (JSON.stringify(app) !== JSON.stringify(kept)) store.writeValue(KEY, app);
    return app;
  });
}

const madeUp = (): RegisteredApp => ({
  clientId: randomUUID(),
  clientSecret: randomBytes(32).toString('base64url'),
  instanceId: randomUUID(),
  redirectUris: [],
  apiKey: `IST.${randomBytes(32).toString('base64url')}`,
});
