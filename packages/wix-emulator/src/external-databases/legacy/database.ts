import { z } from 'zod';
import { WixError } from '../../http/errors.ts';
import { collectionMissing, itemExists, itemMissing, noPermission } from '../../items/errors.ts';
import type { DatabaseAdapter } from '../adapter.ts';
import { memberOf } from '../caller.ts';
import type { AdapterCaller } from '../caller.ts';
import { badAnswer, notConnected, refusedByAdapter } from '../errors.ts';
import type { Connection } from '../store.ts';
import type { AdapterAnswer } from '../transport.ts';
import { collectionAdapter } from './collection.ts';
import { schemaOf } from './schema.ts';
import * as wire from './wire.ts';

type Surroundings = Readonly<{
  connection: Connection;
  caller: AdapterCaller;
  version: 'V1' | 'V2';
  instanceId: string;
  installationId: string;
  now: () => number;
  post: (path: string, text: string, contentType: string) => Promise<AdapterAnswer>;
}>;

/** What a request is about, as far as failures are concerned; without a collection it is about the connection. */
export type Asked = Readonly<{ collection?: string; operation?: string; itemId?: string }>;

export type Ask = <Schema extends z.ZodType>(
  asked: Asked,
  path: string,
  request: object,
  answer: Schema,
) => Promise<z.output<Schema>>;

export type LegacyDatabase = DatabaseAdapter & { provision(): Promise<'V1' | 'V2'> };

/** The legacy generation: plain requests that carry a secret and who asks. https://dev.wix.com/docs/velo/api-reference/wix-data-v2/service-plugins-spis/external-database-collection-legacy/introduction */
export function legacyDatabase(surroundings: Surroundings): LegacyDatabase {
  const { connection, caller, version, instanceId, installationId, now, post } = surroundings;
  const settings = connection.configuration ?? {};
  const context = { settings, instanceId, installationId, ...memberOf(caller) };

  async function send<Schema extends z.ZodType>(
    asked: Asked,
    path: string,
    body: object,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const answer = await post(path, JSON.stringify(body), 'application/json');
    if (answer.status !== 200) throw failureOf(connection.name, asked, answer);
    const parsed = schema.safeParse(answer.body ?? {});
    if (parsed.success) return parsed.data;
    throw badAnswer(connection.name, `${path}: ${z.prettifyError(parsed.error)}`);
  }

  const ask: Ask = (asked, path, request, schema) =>
    send(asked, path, { requestContext: context, ...request }, schema);

  return {
    async provision() {
      // Nobody is asking yet: the documentation's example has neither member nor role.
      const body = { requestContext: { settings, instanceId, installationId } };
      const { protocolVersion } = await send({}, 'provision', body, wire.ProvisionAnswer);
      return protocolVersion === 2 ? 'V2' : 'V1';
    },
    async schemas() {
      return (await ask({}, 'schemas/list', {}, wire.SchemasAnswer)).schemas.map(schemaOf);
    },
    async schema(id) {
      try {
        const { schemas } = await ask(
          { collection: id },
          'schemas/find',
          { schemaIds: [id] },
          wire.SchemasAnswer,
        );
        const found = schemas.find((schema) => schema.id === id);
        return found && schemaOf(found);
      } catch (error) {
        if (error instanceof WixError && error.status === 404) return undefined;
        throw error;
      }
    },
    collection: (schema, calledAs) =>
      collectionAdapter({ ask, connection: connection.name, version, now, calledAs }, schema),
  };
}

/** Statuses mean more than the message: https://dev.wix.com/docs/velo/events-service-plugins/data/service-plugins/external-database-collection-legacy/errors.md */
function failureOf(connection: string, asked: Asked, { status, body }: AdapterAnswer): WixError {
  const { collection, operation, itemId } = asked;
  if (status < 400 || status >= 500) return badAnswer(connection, `it answered ${status}`);
  const said = wire.ErrorBody.safeParse(body);
  const message = said.success ? said.data.message : `The external database answered ${status}.`;
  // Before any data was asked for, only the key can be wrong; later, whoever asks may not.
  if (status === 401 && operation === undefined)
    return notConnected(connection, 'it does not accept the secret');
  if (collection === undefined) return notConnected(connection, `it answered ${status}`);
  if (status === 401 || status === 403) return noPermission(operation ?? 'read', collection);
  if (status === 404)
    return itemId === undefined ? collectionMissing(collection) : itemMissing(itemId, collection);
  if (status === 409 && itemId !== undefined) return itemExists(itemId, collection);
  return refusedByAdapter(message);
}
