import { randomUUID } from 'node:crypto';
import type { AppKey } from '../app-key.ts';
import { WixError } from '../http/errors.ts';
import type { RegisteredApp } from '../registered-app.ts';
import type { Store } from '../store/store.ts';
import type { DatabaseAdapter, ExternalSchema } from './adapter.ts';
import type { AdapterCaller } from './caller.ts';
import { legacyDatabase } from './legacy/database.ts';
import { changeConnection, generationOf, installationOf, listConnections } from './store.ts';
import type { Connection, ConnectionReport } from './store.ts';
import { postToAdapter } from './transport.ts';
import type { FetchAdapter } from './transport.ts';
import { v3Database } from './v3/database.ts';

type Surroundings = Readonly<{
  store: Store;
  app: RegisteredApp;
  appKey: AppKey;
  now: () => number;
  fetchAdapter: FetchAdapter;
  timeoutMs: number;
}>;

type Remembered = Readonly<{ of: string; schema: ExternalSchema; until: number }>;

/** The databases a site is connected to, by way of their adapters. */
export class ExternalDatabases {
  readonly #surroundings: Surroundings;
  /** By connection and collection; what was learned of a connection since changed is not looked at. */
  readonly #schemas = new Map<string, Remembered>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** Calls on behalf of whoever asked Wix. */
  async of(connection: Connection, caller: AdapterCaller): Promise<DatabaseAdapter> {
    if (generationOf(connection) === 'v3') return this.#v3(connection, caller);
    const { report } = await this.#introduced(connection);
    const version = report?.protocolVersion === 'V2' ? 'V2' : 'V1';
    return legacyDatabase({ ...this.#legacy(connection), caller, version });
  }

  /** What a collection can do, remembered as long as its adapter allows. */
  async schema(connection: Connection, collection: string): Promise<ExternalSchema | undefined> {
    const key = `${connection.name}/${collection}`;
    const known = this.#schemas.get(key);
    const of = fingerprint(connection);
    if (known && known.of === of && known.until > Date.now()) return known.schema;
    this.#schemas.delete(key);
    const schema = await (await this.of(connection, this.#wix())).schema(collection);
    if (schema) this.#schemas.set(key, { of, schema, until: Date.now() + schema.ttlMs });
    return schema;
  }

  async schemas(connection: Connection): Promise<ExternalSchema[]> {
    return (await this.of(connection, this.#wix())).schemas();
  }

  /** Tries a connection and gives how that went, as the service reports it. Throws nothing. */
  async report(connection: Connection): Promise<ConnectionReport> {
    if (connection.endpoint === undefined) return failed('DESTINATION_ENDPOINT_NOT_DEFINED');
    try {
      if (generationOf(connection) === 'v3') {
        const adapter = this.#v3(connection, this.#wix());
        const capabilities = await adapter.capabilities();
        return {
          connectionStatus: successful(await adapter.schemas()),
          protocolVersion: 'V3',
          ...(capabilities && { capabilities }),
        };
      }
      const { protocolVersion } = await this.#provision(connection);
      const adapter = legacyDatabase({
        ...this.#legacy(connection),
        caller: this.#wix(),
        version: protocolVersion,
      });
      return { connectionStatus: successful(await adapter.schemas()), protocolVersion };
    } catch (error) {
      if (!(error instanceof WixError)) throw error;
      return failed(causeOf(error));
    }
  }

  /** Tries the connection of that name, and keeps how it went. */
  async retry(connection: Connection): Promise<Connection> {
    return this.#keep(connection, await this.report(connection));
  }

  list(): Connection[] {
    return listConnections(this.#surroundings.store);
  }

  /** A legacy adapter says by its answer to provision how it reads filters, so it is asked before anything else. */
  async #introduced(connection: Connection): Promise<Connection> {
    // Looked up anew: the request before this one may just have learned it.
    const known = this.list().find(({ name }) => name === connection.name) ?? connection;
    const isSame = fingerprint(known) === fingerprint(connection);
    if (isSame && known.report?.protocolVersion !== undefined) return known;
    const { protocolVersion } = await this.#provision(connection);
    return this.#keep(connection, {
      connectionStatus: { successful: true, causeOfFailure: 'NONE', hasCollections: 'UNKNOWN' },
      protocolVersion,
    });
  }

  async #provision(connection: Connection): Promise<{ protocolVersion: 'V1' | 'V2' }> {
    const surroundings = { ...this.#legacy(connection), caller: this.#wix(), version: 'V1' as const };
    return { protocolVersion: await legacyDatabase(surroundings).provision() };
  }

  /** Unless it was changed or deleted meanwhile: then the report is about another one. */
  #keep(connection: Connection, report: ConnectionReport): Connection {
    const { store } = this.#surroundings;
    return store.write(() => {
      const known = this.list().find(({ name }) => name === connection.name);
      if (!known || fingerprint(known) !== fingerprint(connection)) return { ...connection, report };
      return changeConnection(store, connection.name, (kept) => ({ ...kept, report }));
    });
  }

  #v3(connection: Connection, caller: AdapterCaller) {
    const { app, appKey } = this.#surroundings;
    return v3Database({
      connection,
      caller,
      app: { appId: app.clientId, instanceId: app.instanceId },
      privateKey: () => appKey.privateKey,
      post: this.#post(connection),
    });
  }

  #legacy(connection: Connection) {
    const { app, now, store } = this.#surroundings;
    return {
      connection,
      now,
      instanceId: app.instanceId,
      installationId: installationOf(store, connection.name, randomUUID),
      post: this.#post(connection),
    };
  }

  #post(connection: Connection) {
    return (path: string, text: string, contentType: string) =>
      postToAdapter(connection, path, { text, contentType }, this.#surroundings);
  }

  /** What Wix asks of its own accord, it asks as backend code does. */
  #wix(): AdapterCaller {
    return { subject: { type: 'APP', id: this.#surroundings.app.clientId }, isOwner: false };
  }
}

const fingerprint = ({ connectionType, endpoint, configuration }: Connection): string =>
  JSON.stringify([connectionType, endpoint, configuration]);

const successful = (schemas: readonly ExternalSchema[]) =>
  ({
    successful: true,
    causeOfFailure: 'NONE',
    hasCollections: schemas.length > 0 ? 'YES' : 'NO',
  }) as const;

type Cause = ConnectionReport['connectionStatus']['causeOfFailure'];

const failed = (causeOfFailure: Cause): ConnectionReport => ({
  connectionStatus: { successful: false, causeOfFailure, hasCollections: 'UNKNOWN' },
});

/** The code says which trouble it was; a signature or key that is not accepted has a word of its own. */
function causeOf({ body, message }: WixError): Cause {
  const code = (body['details'] as { applicationError?: { code?: string } } | undefined)?.applicationError
    ?.code;
  if (code !== 'WDE0131') return 'COMMUNICATION_FAILURE';
  return message.includes('does not accept') ? 'UNAUTHORIZED' : 'DESTINATION_HOST_UNREACHABLE';
}
