import { createAdmin } from './admin/app.ts';
import { createApp } from './app.ts';
import type { FaultRule } from './faults/rule.ts';
import type { SetFault } from './faults/faults.ts';
import { answerAtOnce } from './at-once.ts';
import type { PlainAnswer, PlainCall } from './at-once.ts';
import { answerCall } from './http/answer-call.ts';
import type { CallRecord } from './http/calls.ts';
import { notImplemented } from './http/errors.ts';
import { WIX_HOSTS } from './http/hosts.ts';
import type { Mail } from './identity/outbox.ts';
import type { Member, MemberStatus } from './members/member.ts';
import { canonicalEmail } from './members/member.ts';
import { removeMember, setStatus } from './members/moderation.ts';
import { applySeed, plantSeed, prepareSeed, seedWhenEmpty } from './seed/apply.ts';
import type { Seed } from './seed/schema.ts';
import { WrittenKey } from './roles/key.ts';
import { requireRole } from './roles/definitions.ts';
import { Site } from './site.ts';
import { refuseProduction } from './production.ts';
import type { DataFileError } from './store/data-file-error.ts';
import { exportState } from './state/export.ts';
import { importState } from './state/import.ts';
import type { RegisteredApp } from './registered-app.ts';
import type { SettingsChange, SiteSettings } from './settings.ts';
import type { WebhookAdministration } from './webhooks/webhooks.ts';

export type WixEmulatorOptions = {
  /** Path of the data file, or `:memory:`. */
  data: string;
  /** The OAuth app registered on the site; what is left out is made up once and kept in the data file. */
  app?: Partial<RegisteredApp>;
  /** Applied once, while the data file holds nothing yet. */
  seed?: Seed;
  /** Milliseconds since 1970; the machine's clock unless given. */
  clock?: () => number;
  /**
   * Whether this process sends webhooks and works off asynchronous jobs; yes unless given. No for whoever only looks at
   * a data file that another process serves.
   */
  background?: boolean;
  /** How long access tokens live; four hours, like Wix's, unless given here or in the settings. */
  accessTokenSeconds?: number;
  /** Told of every call when it has ended. */
  onCall?: (call: CallRecord) => void;
  /** Told of every mail that Wix would have sent; it holds a code or a link, as secret as the mail itself. */
  onMail?: (mail: Mail) => void;
  /** Carries webhooks to their subscribers; the `fetch` of before this module was loaded unless given. */
  deliver?: (request: Request) => Promise<Response>;
  /** Carries calls to adapters of external databases; to loopback addresses alone unless given. */
  fetchAdapter?: (request: Request) => Promise<Response>;
  /** How long an adapter may take to answer; ten seconds unless given. */
  adapterTimeoutMs?: number;
};

/** What the site owner would do in the dashboard, for tests. Members are named by id or login e-mail. */
export type MemberAdministration = {
  find(idOrEmail: string): Member | undefined;
  setStatus(idOrEmail: string, status: MemberStatus): void;
  /** A changed address is a new one to verify, unless told otherwise. */
  setLoginEmail(idOrEmail: string, loginEmail: string, verified?: boolean): void;
  setLoginEmailVerified(idOrEmail: string, verified: boolean): void;
  /** Nobody signs in as this member before a recovery or activation mail led to a new password. */
  requirePasswordReset(idOrEmail: string): void;
  /** In place of all they have; each must be `admin`, the site owner's, or a role that is defined. */
  setRoles(idOrEmail: string, roles: readonly string[]): void;
  remove(idOrEmail: string): void;
  /** Gives how many there were. */
  revokeRefreshTokens(idOrEmail: string): number;
};

export type WixEmulator = {
  /** Answers what Wix would answer on www.wixapis.com and edge.wixapis.com. */
  fetch(request: Request): Promise<Response>;
  /**
   * The same for the calls a data request is made of, without the web's objects around them: for a program in the same
   * process. `null` for every other call, and for tokens not seen before: ask those by `fetch`.
   */
  answerAtOnce(call: PlainCall): PlainAnswer | null;
  /** The pages and the JSON of the owner's desk, under `/_emulator`. For a loopback server only: it asks for no key. */
  readonly admin: { fetch(request: Request): Promise<Response> };
  /** Tells where the whole of this Wix is reached: the origin of the server it runs behind. */
  serveAt(origin: string): void;
  /** Tells where browsers reach its pages, when those alone are served, by `pagesListener`. */
  servePagesAt(origin: string): void;
  /** The newest 1000 calls, newest last. */
  readonly calls: readonly CallRecord[];
  clearCalls(): void;
  /** The app and API key that programs sign in with. */
  readonly app: RegisteredApp;
  /** The public half of what webhooks and requests to adapters are signed with: PEM. */
  readonly publicKey: string;
  readonly clock: { now(): number; forward(milliseconds: number): void };
  readonly settings: { get(): SiteSettings; set(changes: SettingsChange): void };
  /** What goes wrong on purpose. In memory only; `reset` takes everything back. */
  readonly faults: {
    /** Gives the id to remove it by. */
    set(rule: FaultRule): string;
    /** Those that are not used up, oldest first: the oldest that fits a request is the one that hits it. */
    list(): SetFault[];
    /** Tells whether there was one. */
    remove(id: string): boolean;
    clear(): void;
  };
  /** Mails Wix would have sent, oldest first. */
  readonly outbox: readonly Mail[];
  readonly members: MemberAdministration;
  /** Who hears of changes, and what became of the news. */
  readonly webhooks: WebhookAdministration;
  /** Adds to what is there. */
  seed(seed: Seed): Promise<void>;
  /** Drops everything, tokens included, and starts from the seed again. */
  reset(): Promise<void>;
  /**
   * The whole state, keys included, as lines of JSON with their line breaks, as of the first line's moment. As secret
   * as the data file.
   */
  exportState(): Iterable<string>;
  /**
   * Puts an exported state, given as lines without their breaks, in the place of everything but the registered app.
   * All or nothing; throws a `StateError` for what is no whole, unchanged state. Answers nothing else meanwhile.
   */
  importState(lines: Iterable<string>): void;
  /**
   * Settles when the data file was read through, with what is wrong with it if anything is. Small files were before
   * they were opened; a large one is read while the site already answers, and once damage is found answers nothing.
   */
  readonly damage: Promise<DataFileError | undefined>;
  close(): void;
};

/** Opens the site kept in a data file. */
export async function createWixEmulator(options: WixEmulatorOptions): Promise<WixEmulator> {
  refuseProduction();
  const { seed, clock = Date.now, app, accessTokenSeconds, background = true, ...others } = options;
  const site = new Site({ ...others, app, clock, accessTokenSeconds });
  const routes = createApp(site);
  try {
    if (seed) await seedWhenEmpty(site, seed);
  } catch (error) {
    site.store.close();
    throw error;
  }
  if (background) {
    site.webhooks.start();
    site.jobs.resume();
  }

  const emulator: WixEmulator = {
    async fetch(request) {
      const { hostname } = new URL(request.url);
      if (WIX_HOSTS.has(hostname)) return answerCall(site, routes, request);
      const { status, body } = notImplemented(`the host ${hostname}`);
      return Response.json(body, { status });
    },
    answerAtOnce: (call) => answerAtOnce(site, call),
    admin: { fetch: async (request) => admin.fetch(request) },
    serveAt: (origin) => void (site.origin = origin),
    servePagesAt: (origin) => void (site.pagesOrigin = origin),
    get calls() {
      return site.calls.records;
    },
    clearCalls: () => site.calls.clear(),
    app: site.app,
    get publicKey() {
      return site.appKey.publicKey;
    },
    clock: site.clock,
    settings: { get: () => site.settings(), set: (changes) => site.changeSettings(changes) },
    faults: site.faults,
    webhooks: site.webhooks,
    get outbox() {
      return site.outbox.mails();
    },
    members: administrationOf(site),
    seed: (more) => applySeed(site, more),
    async reset() {
      const prepared = seed && (await prepareSeed(seed));
      // In one transaction: nobody sees the site empty, and nobody's write comes between.
      site.store.write(() => {
        site.store.clear();
        if (prepared) plantSeed(site, prepared);
      });
      site.calls.clear();
      site.faults.clear();
    },
    exportState: () => exportState(site.store),
    importState(lines) {
      importState(site, lines);
      site.webhooks.start();
      site.jobs.resume();
    },
    damage: site.store.damage,
    close() {
      site.faults.close();
      site.webhooks.close();
      site.jobs.stop();
      site.store.close();
    },
  };
  const admin = createAdmin({ wix: emulator, site });
  return emulator;
}

function administrationOf(site: Site): MemberAdministration {
  const require = (idOrEmail: string): Member => {
    const account = site.members.lookUp(idOrEmail);
    if (!account) throw new Error(`There is no member ${idOrEmail}`);
    return account.member;
  };
  return {
    find: (idOrEmail) => site.members.lookUp(idOrEmail)?.member,
    setStatus: (idOrEmail, status) => void setStatus(site, require(idOrEmail).id, status),
    setLoginEmail: (idOrEmail, loginEmail, verified = false) =>
      void site.members.change(require(idOrEmail).id, {
        loginEmail: canonicalEmail(loginEmail),
        loginEmailVerified: verified,
      }),
    setLoginEmailVerified: (idOrEmail, verified) =>
      void site.members.change(require(idOrEmail).id, { loginEmailVerified: verified }),
    requirePasswordReset: (idOrEmail) => site.members.requirePasswordReset(require(idOrEmail).id),
    setRoles(idOrEmail, roles) {
      const keys = [...new Set(roles.map((key) => requireRole(site.store, WrittenKey.parse(key)).key))];
      site.members.setRoles(require(idOrEmail).id, keys);
    },
    remove: (idOrEmail) => removeMember(site, require(idOrEmail).id),
    revokeRefreshTokens: (idOrEmail) => site.refreshTokens.revokeMember(require(idOrEmail).id),
  };
}
