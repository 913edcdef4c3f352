import { randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { AdapterOperation, DatabaseAdapter, ExternalSchema } from '../adapter.ts';
import { identityOf } from '../caller.ts';
import type { AdapterCaller } from '../caller.ts';
import { badAnswer } from '../errors.ts';
import type { Connection, ConnectionReport } from '../store.ts';
import type { AdapterAnswer } from '../transport.ts';
import { collectionAdapter } from './collection.ts';
import type { Ask } from './collection.ts';
import { failureOf } from './failure.ts';
import { serviceToken } from './token.ts';
import * as wire from './wire.ts';

type Surroundings = Readonly<{
  connection: Connection;
  caller: AdapterCaller;
  app: Readonly<{ appId: string; instanceId: string }>;
  privateKey: () => KeyObject;
  post: (path: string, text: string, contentType: string) => Promise<AdapterAnswer>;
}>;

export type V3Database = DatabaseAdapter & { capabilities(): Promise<ConnectionReport['capabilities']> };

/** The protocol says nothing of either; fifty is what Wix shows of a collection unless its provider allows a thousand. */
const MAX_PAGE_SIZE = 1_000;
const SCHEMA_TTL_MS = 60_000;

/** The present generation: signed requests, plain answers. */
export function v3Database({ connection, caller, app, privateKey, post }: Surroundings): V3Database {
  const { name } = connection;

  const ask: Ask = async (asked, path, request, schema) => {
    const metadata = {
      requestId: randomUUID(),
      instanceId: app.instanceId,
      identity: identityOf(caller),
      appExtensionType: 'EXTERNAL_DATABASE_PROVIDER',
    };
    const signing = { privateKey: privateKey(), appId: app.appId };
    const token = await serviceToken({ request, metadata }, signing);
    const answer = await post(`v3/${path}`, token, 'text/plain;charset=UTF-8');
    if (answer.status !== 200) throw failureOf(asked, answer);
    const parsed = schema.safeParse(answer.body ?? {});
    if (parsed.success) return parsed.data;
    throw badAnswer(name, `${path}: ${z.prettifyError(parsed.error)}`);
  };

  async function collections(collectionIds: readonly string[]): Promise<ExternalSchema[]> {
    const asked = { connection: name, collection: collectionIds[0] ?? '', operation: 'READ' };
    const answer = await ask(asked, 'collections/get', { collectionIds }, wire.CollectionsAnswer);
    return answer.collections.map(schemaOf);
  }

  return {
    schemas: () => collections([]),
    schema: async (id) => (await collections([id])).find((schema) => schema.id === id),
    collection: (schema, calledAs) => collectionAdapter(ask, name, schema, calledAs),
    async capabilities() {
      const asked = { connection: name, collection: '', operation: 'READ' };
      const answer = await ask(asked, 'capabilities/get', {}, wire.CapabilitiesAnswer);
      return {
        collectionModificationsSupported: answer.supportsCollectionModifications,
        fieldTypes: answer.supportedFieldTypes,
      };
    },
  };
}

function schemaOf(collection: wire.WireCollection): ExternalSchema {
  const { id, displayName, fields, capabilities, permissions, pagingMode } = collection;
  return {
    id,
    displayName: displayName ?? id,
    operations: new Set(capabilities.dataOperations.flatMap(operationsOf)),
    fields: fields.map((field) => ({
      key: field.key,
      type: field.type,
      ...(typeof field.displayName === 'string' && { displayName: field.displayName }),
      sortable: field.capabilities?.sortable === true,
      queryOperators: field.capabilities?.queryOperators ?? [],
    })),
    permissions: permissions ?? undefined,
    pagingMode,
    maxPageSize: MAX_PAGE_SIZE,
    ttlMs: SCHEMA_TTL_MS,
  };
}

/** One item is got by a query. References are no part of what the emulator asks adapters for. */
function operationsOf(operation: wire.DataOperation): AdapterOperation[] {
  switch (operation) {
    case 'QUERY':
      return ['QUERY', 'GET'];
    case 'QUERY_REFERENCED':
    case 'INSERT_REFERENCES':
    case 'REMOVE_REFERENCES':
      return [];
    default:
      return [operation];
  }
}
