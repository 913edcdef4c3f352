import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { RegisteredApp } from './site.ts';

const AppFile = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  instanceId: z.string().min(1),
  redirectUris: z.array(z.url()).max(20),
});

/** The server's OAuth app: made up once, then kept beside the data, readable by its owner only. */
export function registeredApp(path: string, redirectUris: readonly string[]): RegisteredApp {
  const known = existsSync(path) ? readApp(path) : undefined;
  const app: RegisteredApp = {
    clientId: known?.clientId ?? randomUUID(),
    clientSecret: known?.clientSecret ?? randomBytes(32).toString('base64url'),
    instanceId: known?.instanceId ?? randomUUID(),
    redirectUris: z
      .array(z.url())
      .max(20)
      .parse([...new Set([...(known?.redirectUris ?? []), ...redirectUris])]),
  };
  writeFileSync(path, `${JSON.stringify(app, undefined, 2)}\n`, { mode: 0o600 });
  return app;
}

function readApp(path: string): z.output<typeof AppFile> {
  try {
    return AppFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new Error(`${path} does not hold an OAuth app; it was not changed`, { cause: error });
  }
}
