import { environment, parseEnvironment, provideEnvironment } from './env.ts';
import { accessTokenStore } from './lib/auth/access-token-store.ts';
import { authorizationCodeStore } from './lib/auth/authorization-code-store.ts';
import { countedLimits, provideLimits, unlimited } from './lib/auth/limits.ts';
import { luciaSessionStore } from './lib/auth/lucia-session-store.ts';
import { memberStore } from './lib/auth/member-store.ts';
import { lookAfterMembers, MEMBER_ROUND_MS } from './lib/auth/member-watch.ts';
import { passwordResetStore } from './lib/auth/password-reset-store.ts';
import { signInFloorStore } from './lib/auth/sign-in-floor-store.ts';
import { provideStores, stores } from './lib/auth/stores.ts';
import { wixTokenVault } from './lib/auth/wix-token-vault.ts';
import { idempotency, idempotencyStore, provideIdempotency } from './lib/data-api/idempotency-store.ts';
import { openExternalDoor, type ExternalDoor } from './lib/external-database/open.ts';
import { provideTrustedProxies, toBlockList } from './lib/http/client-address.ts';
import { logFailure } from './lib/log.ts';
// Declared wrongly, a collection refuses the start here and not the first request.
import './lib/policy/collections.ts';
import { openJournal, provideJournal } from './lib/policy/journal.ts';
import { provideReadiness } from './lib/readiness.ts';
import { every } from './lib/rounds.ts';
import { openCounters } from './lib/store/counters.ts';
import { openDatabase, type Database } from './lib/store/database.ts';
import { keyring, provideSecrets, type Keyring } from './lib/store/keyring.ts';
import { cachedReads, provideCachedReads } from './lib/wix/cached-reads.ts';
import { connectClients } from './lib/wix/context.ts';
import { assertTransportSeesEverything } from './lib/wix/self-check.ts';
import { SPARING, type Sparing } from './lib/wix/sparing.ts';
import { installTransport, type WixAtOnce, type WixBackend } from './lib/wix/transport.ts';
import { upstream } from './lib/wix/upstream.ts';

export type StartOptions = Readonly<{
  variables: Readonly<Record<string, string | undefined>>;
  mode: 'offline' | 'live';
  /** Answers everything that would go to Wix, in place of the network: the emulator. */
  wix?: Readonly<{ fetch: WixBackend; answerAtOnce?: WixAtOnce }>;
  /** Between two rounds of asking Wix about members who are signed in, in milliseconds; for tests. */
  memberRoundMs?: number;
  /** How Wix is spared calls, where not as usual; for tests. */
  sparing?: Partial<Sparing>;
}>;

const MINUTE_MS = 60 * 1000;
const HOUR_MS = 60 * MINUTE_MS;

/** Between two looks at what tables the external database has, in milliseconds. */
const EXTERNAL_ROUND_MS = 30_000;

/**
 * Starts everything that routes and pages rely on. It is reached through the built bundle only, so that the process
 * holds one copy of `src/lib`: two would mean two sets of Grants and two ideas of who is asking.
 * @returns how to stop it again.
 * @throws {Error} with one clear text when the environment, the database or the SDK is not as it must be.
 */
export async function start(options: StartOptions): Promise<{ stop: () => Promise<void> }> {
  const { variables, mode, wix, memberRoundMs = MEMBER_ROUND_MS } = options;
  provideEnvironment(parseEnvironment(variables, mode));
  const { DATA_DIR, DATABASE_URL, DATABASE_POOL_SIZE, WIX_TIMEOUT_MS } = environment();
  const sparing = { ...SPARING, ...options.sparing };
  const wixItself = upstream(sparing);
  const uninstall = installTransport({
    timeoutMs: WIX_TIMEOUT_MS,
    upstream: wixItself,
    ...(wix && { backend: wix.fetch }),
    ...(wix?.answerAtOnce && { atOnce: wix.answerAtOnce }),
  });
  provideCachedReads(sparing.keptBytes > 0 ? cachedReads(sparing.keptBytes) : null);
  connectClients();
  await assertTransportSeesEverything();

  const { database, pool } = await openDatabase({
    url: DATABASE_URL,
    poolSize: DATABASE_POOL_SIZE,
    dataFolder: DATA_DIR,
  });
  provideTrustedProxies(toBlockList(environment().TRUSTED_PROXIES));
  const counters = environment().RATE_LIMITS === 'on' ? await openCounters(pool, DATA_DIR) : null;
  provideLimits(counters ? countedLimits(counters) : unlimited);
  const journal = openJournal(DATA_DIR);
  provideJournal(journal);
  provideCredentials(database, secretsOfEnvironment());
  provideReadiness({
    probes: {
      database: async () => void (await database.selectFrom('session').select('id').limit(1).execute()),
    },
    resting: wixItself.resting,
  });
  const external = await openExternal();
  const rounds = [every(HOUR_MS, sweep, logFailure), every(memberRoundMs, lookAfterMembers, logFailure)];
  rounds.push(every(EXTERNAL_ROUND_MS, external.lookAgain, logFailure));
  if (counters) rounds.push(every(5 * MINUTE_MS, counters.sweep, logFailure));

  return {
    async stop() {
      await Promise.all(rounds.map((round) => round.stop()));
      uninstall();
      journal.close();
      counters?.close();
      await external.close();
      await database.destroy();
    },
  };
}

function openExternal(): Promise<ExternalDoor> {
  const { mode, DATA_DIR, DATABASE_POOL_SIZE, WIX_CLIENT_ID, WIX_CLIENT_PUBLIC_KEY, ...variables } =
    environment();
  return openExternalDoor({
    url: variables.EXTERNAL_DATABASE_URL,
    poolSize: DATABASE_POOL_SIZE,
    dataFolder: DATA_DIR,
    secretKey: variables.EXTERNAL_DATABASE_SECRET_KEY,
    appId: variables.EXTERNAL_DATABASE_APP_ID ?? WIX_CLIENT_ID,
    publicKeys: variables.EXTERNAL_DATABASE_PUBLIC_KEY ?? WIX_CLIENT_PUBLIC_KEY ?? [],
    sites: variables.EXTERNAL_DATABASE_INSTANCE_IDS,
    withDemo: mode === 'offline',
  });
}

function secretsOfEnvironment(): Keyring {
  const { SECRETS_KEY, PREVIOUS_SECRETS_KEYS } = environment();
  const bytes = (key: string) => Buffer.from(key, 'base64');
  const secrets = keyring(bytes(SECRETS_KEY), PREVIOUS_SECRETS_KEYS.map(bytes));
  provideSecrets(secrets);
  return secrets;
}

function provideCredentials(database: Database, secrets: Keyring): void {
  provideStores({
    members: memberStore(database),
    // To leave lucia, name another store here: the rows stay, and nobody is signed out.
    sessions: luciaSessionStore(database, secrets),
    accessTokens: accessTokenStore(database, secrets),
    authorizationCodes: authorizationCodeStore(database, secrets),
    passwordResets: passwordResetStore(database),
    signInFloors: signInFloorStore(database),
    wixTokens: wixTokenVault(database, secrets),
  });
  provideIdempotency(idempotencyStore(database, secrets));
}

/** What is over goes; what an old key has sealed is sealed with the new one. */
async function sweep(): Promise<void> {
  const { sessions, accessTokens, authorizationCodes, passwordResets, signInFloors, wixTokens } = stores();
  await sessions.sweep();
  await accessTokens.sweep();
  await idempotency().sweep();
  await authorizationCodes.sweep();
  await passwordResets.sweep();
  await signInFloors.sweep();
  await wixTokens.reseal();
}
