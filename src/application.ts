import { environment, parseEnvironment, provideEnvironment } from './env.ts';
import { luciaSessionStore } from './lib/auth/lucia-session-store.ts';
import { provideSessions, sessions } from './lib/auth/sessions.ts';
// Declared wrongly, a collection refuses the start here and not the first request.
import './lib/policy/collections.ts';
import { openJournal, provideJournal } from './lib/policy/journal.ts';
import { openDatabase } from './lib/store/database.ts';
import { provideReadiness } from './lib/readiness.ts';
import { connectClients } from './lib/wix/context.ts';
import { assertTransportSeesEverything } from './lib/wix/self-check.ts';
import { installTransport, type WixBackend } from './lib/wix/transport.ts';

export type StartOptions = Readonly<{
  variables: Readonly<Record<string, string | undefined>>;
  /** Given in offline mode: answers everything that would go to Wix. */
  offlineWix?: WixBackend;
}>;

const SWEEP_EVERY_MS = 60 * 60 * 1000;

/**
 * Starts everything that routes and pages rely on. It is reached through the built bundle only, so that the process
 * holds one copy of `src/lib`: two would mean two sets of Grants and two ideas of who is asking.
 * @returns how to stop it again.
 * @throws {Error} with one clear text when the environment, the database or the SDK is not as it must be.
 */
export async function start({ variables, offlineWix }: StartOptions): Promise<{ stop: () => Promise<void> }> {
  provideEnvironment(parseEnvironment(variables, offlineWix ? 'offline' : 'live'));
  const { DATA_DIR, SECRETS_KEY, WIX_TIMEOUT_MS } = environment();
  const uninstall = installTransport({
    timeoutMs: WIX_TIMEOUT_MS,
    ...(offlineWix && { backend: offlineWix }),
  });
  connectClients();
  await assertTransportSeesEverything();

  const database = await openDatabase(DATA_DIR);
  const journal = openJournal(DATA_DIR);
  provideJournal(journal);
  provideSessions(luciaSessionStore(database, Buffer.from(SECRETS_KEY, 'base64')));
  provideReadiness({
    database: async () => void (await database.selectFrom('session').select('id').limit(1).execute()),
  });
  const sweeper = setInterval(() => void sessions().sweep().catch(reportSweep), SWEEP_EVERY_MS);

  return {
    async stop() {
      clearInterval(sweeper);
      uninstall();
      journal.close();
      await database.destroy();
    },
  };
}

function reportSweep(error: unknown): void {
  process.stderr.write(
    `${JSON.stringify({ level: 'error', message: 'sweeping sessions failed', error: String(error) })}\n`,
  );
}
