import { randomUUID } from 'node:crypto';
import { AppKey } from './app-key.ts';
import { SiteClock } from './clock.ts';
import { Collections } from './collections/store.ts';
import { SiteEvents } from './events.ts';
import { ExternalDatabases } from './external-databases/databases.ts';
import { loopbackOnly } from './external-databases/transport.ts';
import type { FetchAdapter } from './external-databases/transport.ts';
import { Faults } from './faults/faults.ts';
import { CallLog } from './http/calls.ts';
import type { CallRecord } from './http/calls.ts';
import { Outbox } from './identity/outbox.ts';
import type { Mail } from './identity/outbox.ts';
import { AsyncJobs } from './items/async-jobs.ts';
import { References } from './items/references/store.ts';
import { ReplicaDelay } from './items/replica-delay.ts';
import { Items } from './items/store.ts';
import { Members } from './members/store.ts';
import { AccessTokens } from './oauth/access-tokens.ts';
import { RefreshTokens } from './oauth/refresh-tokens.ts';
import { Tickets } from './oauth/tickets.ts';
import { registeredApp } from './registered-app.ts';
import type { RegisteredApp } from './registered-app.ts';
import { DEFAULT_SETTINGS, SiteSettings } from './settings.ts';
import type { SettingsChange } from './settings.ts';
import { Store } from './store/store.ts';
import type { Deliver } from './webhooks/sender.ts';
import { Webhooks } from './webhooks/webhooks.ts';

export type SiteOptions = Readonly<{
  data: string;
  app: Partial<RegisteredApp> | undefined;
  clock: () => number;
  accessTokenSeconds: number | undefined;
  onCall?: ((record: CallRecord) => void) | undefined;
  onMail?: ((mail: Mail) => void) | undefined;
  deliver?: Deliver | undefined;
  fetchAdapter?: FetchAdapter | undefined;
  adapterTimeoutMs?: number | undefined;
}>;

/** Wix's own limit is not published; the quota of five seconds for native collections does not apply. */
const ADAPTER_TIMEOUT_MS = 10_000;

/** One Wix site: everything the routes work on. */
export class Site {
  readonly app: RegisteredApp;
  readonly appKey: AppKey;
  readonly clock: SiteClock;
  readonly now: () => number;
  readonly store: Store;
  readonly events = new SiteEvents();
  readonly members: Members;
  readonly collections: Collections;
  readonly references: References;
  readonly items: Items;
  readonly jobs: AsyncJobs;
  readonly outbox: Outbox;
  readonly tickets: Tickets;
  readonly refreshTokens: RefreshTokens;
  readonly accessTokens: AccessTokens;
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  readonly externalDatabases: ExternalDatabases;
  /** Where browsers find the hosted pages: Wix's address, or that of the server this runs behind. */
  origin = 'https://www.wixapis.com';
  /** Where browsers reach its pages, when that is another address. */
  pagesOrigin: string | undefined;
  readonly #defaults: SiteSettings;

  constructor(options: SiteOptions) {
    const { data, app, clock, accessTokenSeconds, onCall, onMail, deliver } = options;
    this.#defaults = { ...DEFAULT_SETTINGS, ...(accessTokenSeconds !== undefined && { accessTokenSeconds }) };
    this.clock = new SiteClock(clock);
    this.now = this.clock.now;
    this.store = new Store(data);
    this.app = registeredApp(this.store, app);
    this.appKey = new AppKey(this.store);
    this.members = new Members(this.store, this.now, this.events);
    this.collections = new Collections(this.store, this.now);
    const chosenDelay = new ReplicaDelay(this.store, this.now, () => this.chosenSettings().replicaDelayMs);
    this.references = new References(this.store, this.collections);
    this.items = new Items({
      store: this.store,
      now: this.now,
      events: this.events,
      references: this.references,
      replicaDelay: () => Math.max(chosenDelay.current(), this.faults.replicaDelayMs()),
    });
    this.jobs = new AsyncJobs(this.store, this.collections, this.items);
    this.outbox = new Outbox(this.store, onMail);
    this.calls = new CallLog(onCall);
    this.faults = new Faults((idOrEmail) => this.members.lookUp(idOrEmail) !== undefined);
    this.tickets = new Tickets(this.store, this.now);
    this.refreshTokens = new RefreshTokens(this.store, this.now);
    this.accessTokens = new AccessTokens(
      this.store,
      this.app,
      this.now,
      () => this.settings().accessTokenSeconds,
    );
    this.webhooks = new Webhooks(this, deliver);
    const { fetchAdapter = loopbackOnly, adapterTimeoutMs = ADAPTER_TIMEOUT_MS } = options;
    const { store, appKey, now } = this;
    const adapters = { fetchAdapter, timeoutMs: adapterTimeoutMs };
    this.externalDatabases = new ExternalDatabases({ store, app: this.app, appKey, now, ...adapters });
  }

  isoNow(): string {
    return new Date(this.now()).toISOString();
  }

  settings(): SiteSettings {
    const chosen = this.chosenSettings();
    return { ...chosen, replicaDelayMs: Math.max(chosen.replicaDelayMs, this.faults.replicaDelayMs()) };
  }

  changeSettings(changes: SettingsChange): void {
    const named = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    this.store.write(() =>
      this.store.writeValue('settings', SiteSettings.parse({ ...this.chosenSettings(), ...named })),
    );
  }

  /** Without what faults do to them. */
  chosenSettings(): SiteSettings {
    return { ...this.#defaults, ...this.store.readValue<Partial<SiteSettings>>('settings') };
  }

  /** The id of the site, made up once per data file. */
  siteId(): string {
    return this.#madeUpOnce('siteId');
  }

  /** The account the site belongs to. */
  accountId(): string {
    return this.#madeUpOnce('accountId');
  }

  /** The person at Wix who made the API key. */
  userId(): string {
    return this.#madeUpOnce('userId');
  }

  #madeUpOnce(key: string): string {
    return this.store.madeOnce(key, () => randomUUID());
  }
}
