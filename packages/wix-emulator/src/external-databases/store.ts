import { applicationError, validationError } from '../http/errors.ts';
import type { Store } from '../store/store.ts';
import type { ConnectionInput, ConnectionType } from './schema.ts';

/** A connection as it is kept. */
export type Connection = Readonly<{
  name: string;
  connectionType: ConnectionType;
  endpoint?: string;
  configuration?: ConnectionInput['configuration'];
}>;

type Row = { connection: string };

export function listConnections(store: Store): Connection[] {
  return store.all<Row>('SELECT connection FROM external_database_connections ORDER BY name').map(read);
}

export function requireConnection(store: Store, name: string): Connection {
  const sql = 'SELECT connection FROM external_database_connections WHERE name = ?';
  const row = store.get<Row>(sql, name);
  if (!row) throw applicationError(404, 'NOT_FOUND', `There is no external database connection ${name}.`);
  return read(row);
}

export function createConnection(store: Store, input: ConnectionInput, type: ConnectionType): Connection {
  const connection = connectionOf(input, type);
  return store.write(() => {
    const { name } = connection;
    const sql = 'INSERT OR IGNORE INTO external_database_connections (name, connection) VALUES (?, ?)';
    if (store.run(sql, name, JSON.stringify(connection)) === 0) {
      throw applicationError(
        409,
        'ALREADY_EXISTS',
        `There is an external database connection ${name} already.`,
      );
    }
    return connection;
  });
}

/** Replaces everything but the name and the type, which no request can change [published types]. */
export function updateConnection(store: Store, input: ConnectionInput): Connection {
  return store.write(() => {
    const { connectionType } = requireConnection(store, input.name);
    const connection = connectionOf(input, connectionType);
    const sql = 'UPDATE external_database_connections SET connection = ? WHERE name = ?';
    store.run(sql, JSON.stringify(connection), connection.name);
    return connection;
  });
}

export function deleteConnection(store: Store, name: string): void {
  store.write(() => {
    requireConnection(store, name);
    store.run('DELETE FROM external_database_connections WHERE name = ?', name);
  });
}

/** The connection a collection would belong to: its collections are called `connection/collection` [published types]. */
export function databaseOf(store: Store, collectionId: string): string | undefined {
  const slash = collectionId.indexOf('/');
  if (slash <= 0) return undefined;
  const sql = 'SELECT name FROM external_database_connections WHERE name = ?';
  return store.get<{ name: string }>(sql, collectionId.slice(0, slash))?.name;
}

function connectionOf({ name, endpoint, configuration }: ConnectionInput, type: ConnectionType): Connection {
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

const read = ({ connection }: Row): Connection => JSON.parse(connection) as Connection;
