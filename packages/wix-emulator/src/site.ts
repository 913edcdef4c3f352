import { randomUUID } from 'node:crypto';
import { Collections } from './collections/store.ts';
import { CallLog } from './http/calls.ts';
import { Outbox } from './identity/outbox.ts';
import { Items } from './items/store.ts';
import { Members } from './members/store.ts';
import { AccessTokens } from './oauth/access-tokens.ts';
import { RefreshTokens } from './oauth/refresh-tokens.ts';
import { Tickets } from './oauth/tickets.ts';
import { Store } from './store/store.ts';

/** The OAuth app registered on the site. */
export type RegisteredApp = Readonly<{
  clientId: string;
  clientSecret: string;
  instanceId: string;
  /** Compared exactly, port and path included. */
  redirectUris: readonly string[];
}>;

/** What the owner chose under "Member signup", and one switch of the emulator's own. All are off on a new site. */
export type SiteSettings = {
  emailVerification: boolean;
  ownerApproval: boolean;
  /** Counts the address of a sign-up as verified though nobody was asked: for demos, which have no mailbox. */
  trustSignUps: boolean;
};

const DEFAULT_SETTINGS: SiteSettings = {
  emailVerification: false,
  ownerApproval: false,
  trustSignUps: false,
};

/** One Wix site: everything the routes work on. */
export class Site {
  readonly app: RegisteredApp;
  readonly now: () => number;
  readonly store: Store;
  readonly members: Members;
  readonly collections: Collections;
  readonly items: Items;
  readonly outbox: Outbox;
  readonly tickets: Tickets;
  readonly refreshTokens: RefreshTokens;
  readonly accessTokens: AccessTokens;
  readonly calls = new CallLog();

  constructor(options: { data: string; app: RegisteredApp; now: () => number; accessTokenSeconds: number }) {
    this.app = options.app;
    this.now = options.now;
    this.store = new Store(options.data);
    this.members = new Members(this.store, this.now);
    this.collections = new Collections(this.store, this.now);
    this.items = new Items(this.store, this.now);
    this.outbox = new Outbox(this.store);
    this.tickets = new Tickets(this.store, this.now);
    this.refreshTokens = new RefreshTokens(this.store, this.now);
    this.accessTokens = new AccessTokens(this.store, this.app, this.now, options.accessTokenSeconds);
  }

  isoNow(): string {
    return new Date(this.now()).toISOString();
  }

  settings(): SiteSettings {
    return { ...DEFAULT_SETTINGS, ...this.store.readValue<Partial<SiteSettings>>('settings') };
  }

  changeSettings(changes: Partial<SiteSettings>): void {
    this.store.write(() => this.store.writeValue('settings', { ...this.settings(), ...changes }));
  }

  /** The id of the site, made up once per data file. */
  siteId(): string {
    const known = this.store.readValue<string>('siteId');
    if (known !== undefined) return known;
    const made = randomUUID();
    this.store.writeValue('siteId', made);
    return made;
  }
}
