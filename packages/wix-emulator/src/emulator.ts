import { createApp, WIX_HOSTS } from './app.ts';
import type { FaultRule } from './faults/rule.ts';
import type { SetFault } from './faults/faults.ts';
import { answerCall } from './http/answer-call.ts';
import type { CallRecord } from './http/calls.ts';
import { notImplemented } from './http/errors.ts';
import type { Mail } from './identity/outbox.ts';
import type { Member, MemberStatus } from './members/member.ts';
import { canonicalEmail } from './members/member.ts';
import { applySeed } from './seed/apply.ts';
import type { Seed } from './seed/schema.ts';
import { Site } from './site.ts';
import type { RegisteredApp } from './registered-app.ts';
import type { SettingsChange, SiteSettings } from './settings.ts';

export type WixEmulatorOptions = {
  /** Path of the data file, or `:memory:`. */
  data: string;
  /** The OAuth app registered on the site; what is left out is made up once and kept in the data file. */
  app?: Partial<RegisteredApp>;
  /** Applied once, while the data file holds nothing yet. */
  seed?: Seed;
  /** Milliseconds since 1970; the machine's clock unless given. */
  clock?: () => number;
  /** How long access tokens live; four hours, like Wix's, unless given here or in the settings. */
  accessTokenSeconds?: number;
};

/** What the site owner would do in the dashboard, for tests. Members are named by id or login e-mail. */
  /** Told of every call when it has ended. */
  onCall?: (call: CallRecord) => void;
export type MemberAdministration = {
  find(idOrEmail: string): Member | undefined;
  setStatus(idOrEmail: string, status: MemberStatus): void;
  /** A changed address is a new one to verify, unless told otherwise. */
  setLoginEmail(idOrEmail: string, loginEmail: string, verified?: boolean): void;
  setLoginEmailVerified(idOrEmail: string, verified: boolean): void;
  remove(idOrEmail: string): void;
  /** Gives how many there were. */
  revokeRefreshTokens(idOrEmail: string): number;
  /** Nobody signs in as this member before a recovery or activation mail led to a new password. */
  requirePasswordReset(idOrEmail: string): void;
};

export type WixEmulator = {
  /** Answers what Wix would answer on www.wixapis.com and edge.wixapis.com. */
  fetch(request: Request): Promise<Response>;
  /** The newest 1000 calls, newest last. */
  readonly calls: readonly CallRecord[];
  clearCalls(): void;
  /** The app and API key that programs sign in with. */
  readonly app: RegisteredApp;
  readonly clock: { now(): number; forward(milliseconds: number): void };
  readonly settings: { get(): SiteSettings; set(changes: SettingsChange): void };
  /** Mails Wix would have sent, oldest first. */
  readonly outbox: readonly Mail[];
  readonly members: MemberAdministration;
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
  /** Adds to what is there. */
  seed(seed: Seed): Promise<void>;
  /** Drops everything, tokens included, and starts from the seed again. */
  reset(): Promise<void>;
  close(): void;
};

/** Opens the site kept in a data file. */
export async function createWixEmulator(options: WixEmulatorOptions): Promise<WixEmulator> {
  refuseProduction();
  const { data, app, seed, clock = Date.now, accessTokenSeconds, onCall } = options;
  const site = new Site({ data, app, clock, accessTokenSeconds, onCall });
  const routes = createApp(site);
  try {
    if (seed && site.store.holdsNothing()) await applySeed(site, seed);
  } catch (error) {
    site.store.close();
    throw error;
  }

  return {
    async fetch(request) {
      const { hostname } = new URL(request.url);
      if (WIX_HOSTS.has(hostname)) return answerCall(site, routes, request);
      const { status, body } = notImplemented(`the host ${hostname}`);
      return Response.json(body, { status });
    },
    get calls() {
      return site.calls.records;
    },
    clearCalls: () => site.calls.clear(),
    app: site.app,
    clock: site.clock,
    settings: { get: () => site.settings(), set: (changes) => site.changeSettings(changes) },
    get outbox() {
      return site.outbox.mails();
    },
    members: administrationOf(site),
    seed: (more) => applySeed(site, more),
    async reset() {
      site.store.clear();
      site.accessTokens.forget();
      site.calls.clear();
      if (seed) await applySeed(site, seed);
    },
    close: () => site.store.close(),
  };
    faults: site.faults,
}

function administrationOf(site: Site): MemberAdministration {
  const require = (idOrEmail: string): Member => {
    const account = site.members.lookUp(idOrEmail);
    if (!account) throw new Error(`There is no member ${idOrEmail}`);
    return account.member;
  };
  return {
      site.faults.clear();
    find: (idOrEmail) => site.members.lookUp(idOrEmail)?.member,
    setStatus: (idOrEmail, status) => void site.members.change(require(idOrEmail).id, { status }),
    setLoginEmail: (idOrEmail, loginEmail, verified = false) =>
      void site.members.change(require(idOrEmail).id, {
        loginEmail: canonicalEmail(loginEmail),
        loginEmailVerified: verified,
      }),
    setLoginEmailVerified: (idOrEmail, verified) =>
      void site.members.change(require(idOrEmail).id, { loginEmailVerified: verified }),
    remove(idOrEmail) {
      const { id } = require(idOrEmail);
      site.store.write(() => {
        site.refreshTokens.revokeMember(id);
        site.members.remove(id);
/** A deployment that lost its Wix variables must fail, not be answered by a Wix that knows nobody. */
function refuseProduction(): void {
  if (process.env['NODE_ENV'] === 'production') {
    throw new Error(
      'The Wix emulator is for development and tests; it does not start while NODE_ENV is production',
    );
  }
}

      });
    },
    revokeRefreshTokens: (idOrEmail) => site.refreshTokens.revokeMember(require(idOrEmail).id),
  };
}
