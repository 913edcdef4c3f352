import { applicationError, validationError } from '../http/errors.ts';
import type { Store } from '../store/store.ts';
import type { ConnectionInput, ConnectionType, SeedConnection, SiteCollection } from './schema.ts';

/** How the last attempt to reach the adapter ended, in the SDK's words. */
export type ConnectionReport = Readonly<{
  connectionStatus: Readonly<{
    successful: boolean;
    causeOfFailure:
      | 'NONE'
      | 'COMMUNICATION_FAILURE'
      | 'DESTINATION_HOST_UNREACHABLE'
      | 'UNAUTHORIZED'
      | 'DESTINATION_ENDPOINT_NOT_DEFINED';
    hasCollections: 'UNKNOWN' | 'YES' | 'NO';
  }>;
  /** V1 and V2 are the legacy generation, and differ in the notation of filters. */
  protocolVersion?: 'V1' | 'V2' | 'V3';
  capabilities?: Readonly<{ collectionModificationsSupported: boolean; fieldTypes: readonly string[] }>;
}>;

/** A connection as it is kept. */
export type Connection = Readonly<{
  name: string;
  connectionType: ConnectionType;
  endpoint?: string;
  configuration?: ConnectionInput['configuration'];
  /** What the site says about some of its collections; every other one is reached by its whole name. */
  collections?: readonly SiteCollection[];
  report?: ConnectionReport;
}>;

/** The documentation ties the one type to the legacy service plugin, the other to the present one. */
export const generationOf = ({ connectionType }: Connection): 'legacy' | 'v3' =>
  connectionType === 'STANDALONE' ? 'legacy' : 'v3';

type Row = { connection: string };

export function listConnections(store: Store): Connection[] {
  return store.all<Row>('SELECT connection FROM external_database_connections ORDER BY name').map(read);
}

function findConnection(store: Store, name: string): Connection | undefined {
  const row = store.get<Row>('SELECT connection FROM external_database_connections WHERE name = ?', name);
  return row && read(row);
}

export function requireConnection(store: Store, name: string): Connection {
  const connection = findConnection(store, name);
  if (connection) return connection;
  throw applicationError(404, 'NOT_FOUND', `There is no external database connection ${name}.`);
}

export function addConnection(store: Store, connection: Connection): void {
  store.write(() => {
    const { name } = connection;
    const sql = 'INSERT OR IGNORE INTO external_database_connections (name, connection) VALUES (?, ?)';
    if (store.run(sql, name, JSON.stringify(connection)) > 0) return;
    throw applicationError(
      409,
      'ALREADY_EXISTS',
      `There is an external database connection ${name} already.`,
    );
  });
}

/** Everything but the name and the type, which no request can change [published types], may be another. */
export function changeConnection(
  store: Store,
  name: string,
  change: (known: Connection) => Connection,
): Connection {
  return store.write(() => {
    const changed = change(requireConnection(store, name));
    const sql = 'UPDATE external_database_connections SET connection = ? WHERE name = ?';
    store.run(sql, JSON.stringify(changed), name);
    return changed;
  });
}

export function deleteConnection(store: Store, name: string): void {
  store.write(() => {
    requireConnection(store, name);
    store.run('DELETE FROM external_database_connections WHERE name = ?', name);
  });
}

/** A collection of an external database, by the connection and the adapter's own name for it. */
export type ExternalAddress = Readonly<{ connection: Connection; collection: string }>;

/** Whose collection an id names: `connection/collection` [published types], or an alias that the site chose. */
export function addressOf(store: Store, collectionId: string): ExternalAddress | undefined {
  const slash = collectionId.indexOf('/');
  const named = slash > 0 ? findConnection(store, collectionId.slice(0, slash)) : undefined;
  if (named) return { connection: named, collection: collectionId.slice(slash + 1) };
  for (const connection of listConnections(store)) {
    const aliased = connection.collections?.find(({ alias }) => alias === collectionId);
    if (aliased) return { connection, collection: aliased.id };
  }
  return undefined;
}

/** The installation of a connection on the site, made up when it is first asked for. */
export const installationOf = (store: Store, name: string, make: () => string): string =>
  store.madeOnce(`installation:${name}`, make);

export function connectionOf(
  { name, endpoint, configuration }: ConnectionInput,
  type: ConnectionType,
): Connection {
  if (type === 'STANDALONE' && !endpoint) {
    const field = 'externalDatabaseConnection.endpoint';
    const description = 'is required for a connection of the type STANDALONE';
    throw validationError([{ field, description, violatedRule: 'REQUIRED_FIELD' }]);
  }
  return {
    name,
    connectionType: type,
    ...(endpoint && { endpoint }),
    ...(configuration && { configuration }),
  };
}

export const seededConnection = ({ name, generation, ...rest }: SeedConnection): Connection => ({
  name,
  connectionType: generation === 'legacy' ? 'STANDALONE' : 'WIX_SERVICE_PLUGIN',
  ...rest,
});

const read = ({ connection }: Row): Connection => JSON.parse(connection) as Connection;
