import { randomUUID } from 'node:crypto';
import type { ExternalSchema } from '../external-databases/adapter.ts';
import type { AdapterAnswer } from '../external-databases/transport.ts';
import { v3Database } from '../external-databases/v3/database.ts';
import { serviceToken } from '../external-databases/v3/token.ts';
import { ErrorBody } from '../external-databases/v3/wire.ts';
import { checkIdentities } from './callers.ts';
import { checkData } from './data.ts';
import type { Line } from './line.ts';
import type { CheckOptions } from './options.ts';
import { checkRefusals } from './refusals.ts';
import { expectThat, Skipped } from './report.ts';
import type { Report } from './report.ts';
import { scratchFields } from './sample.ts';
import { checkSignatures } from './trust.ts';

const AREA = 'What it has';
const TEXT = 'text/plain;charset=UTF-8';

type Options = Extract<CheckOptions, { generation: 'v3' }>;

/** The present generation. */
export async function checkV3(report: Report, line: Line, options: Options): Promise<void> {
  const { privateKey, appId, instanceId = randomUUID(), write } = options;
  const wixUserId = randomUUID();
  const owner = { identityType: 'WIX_USER', wixUserId };
  const database = v3Database({
    connection: { name: 'adapter', connectionType: 'WIX_SERVICE_PLUGIN', endpoint: options.url },
    caller: { subject: { type: 'USER', id: wixUserId }, isOwner: true },
    app: { appId, instanceId },
    privateKey: () => privateKey,
    post: line.post,
  });
  const send = async (path: string, request: object, identity: object = owner): Promise<AdapterAnswer> => {
    const metadata = {
      requestId: randomUUID(),
      instanceId,
      ...(Object.keys(identity).length > 0 && { identity }),
      appExtensionType: 'EXTERNAL_DATABASE_PROVIDER',
    };
    return line.post(`v3/${path}`, await serviceToken({ request, metadata }, { privateKey, appId }), TEXT);
  };

  let canMakeCollections = false;
  await report.check(AREA, 'says what it can do', async () => {
    canMakeCollections = (await database.capabilities())?.collectionModificationsSupported === true;
  });
  let schemas: ExternalSchema[] = [];
  await report.check(AREA, 'describes its collections', async () => {
    schemas = await database.schemas();
    for (const { id, fields } of schemas) {
      const keys = fields.map(({ key }) => key);
      expectThat(keys.includes('_id'), `${id} has no field _id`);
      expectThat(new Set(keys).size === keys.length, `${id} has a field twice`);
    }
  });
  await checkSignatures(report, line, { privateKey, appId, instanceId });
  // The machine may be its own: what is made here is taken away again, however the checks end.
  const scratch = canMakeCollections ? await makeScratch(report, send) : undefined;
  try {
    if (scratch !== undefined) {
      let schema: ExternalSchema | undefined;
      await report.check(AREA, 'describes the collection it created', async () => {
        schema = await database.schema(scratch);
        expectThat(schema !== undefined, `${scratch} is not there`);
      });
      if (schema) await checkCollection(schema, true);
    }
    const named = schemas.find(({ id }) => options.collection === undefined || id === options.collection);
    await report.check(AREA, 'has the collection to look at', () => {
      if (options.collection === undefined && scratch !== undefined)
        throw new Skipped('a scratch collection is enough');
      expectThat(named !== undefined, options.collection ?? 'it has none');
    });
    if (named && (scratch === undefined || options.collection !== undefined))
      await checkCollection(named, false);
  } finally {
    if (scratch !== undefined) {
      await report.check(AREA, 'deletes a collection', async () => {
        const { status } = await send('collections/delete', { collectionId: scratch });
        expectThat(status === 200, `it answered ${status}; ${scratch} may be there still`);
        expectThat((await database.schema(scratch)) === undefined, `${scratch} is there still`);
      });
    }
  }

  async function checkCollection(schema: ExternalSchema, isScratch: boolean): Promise<void> {
    const { id } = schema;
    await report.check(AREA, `leaves out of its answer what it does not have, and gives ${id}`, async () => {
      const { status, body } = await send('collections/get', {
        collectionIds: [id, `no_such_${randomUUID()}`],
      });
      const { collections = [] } = (body ?? {}) as { collections?: { id?: string }[] };
      const isRight = status === 200 && collections.length === 1 && collections[0]?.id === id;
      expectThat(isRight, `it answered ${status} with ${collections.length} collections`);
    });
    const query = { filter: {}, sort: [], paging: { limit: 1, offset: 0 }, fields: [] };
    const page = {
      collectionId: id,
      query,
      includeReferencedItems: [],
      consistentRead: false,
      returnTotalCount: false,
    };
    if (schema.operations.has('QUERY')) {
      await checkIdentities(report, (identity) => send('items/query', page, identity), schema);
    }
    const mayWrite = isScratch || write;
    await checkData(report, database.collection(schema, id), schema, { isV3: true, isScratch, mayWrite });
    await checkRefusals(report, { ...dialect, send }, schema, mayWrite);
  }
}

async function makeScratch(
  report: Report,
  send: (path: string, request: object) => Promise<AdapterAnswer>,
): Promise<string | undefined> {
  const id = `adapter_check_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const request = { collection: { id, displayName: 'Adapter check', fields: scratchFields } };
  let isMade = false;
  await report.check(AREA, 'creates a collection, since it says it can', async () => {
    const { status, body } = await send('collections/create', request);
    isMade = status === 200;
    expectThat(isMade, `it answered ${status}: ${JSON.stringify(body)}`);
    const again = await send('collections/create', request);
    expectThat(again.status === 409, `the same collection again was answered with ${again.status}, not 409`);
  });
  return isMade ? id : undefined;
}

const missing = 'adapter-check-no-such-item';
const reading = { consistentRead: false, returnTotalCount: false };

const dialect = {
  name: 'collectionId',
  query: ({
    filter = {},
    sort,
    limit = 1,
  }: {
    filter?: object;
    sort?: string;
    limit?: number;
  }): [string, object] => [
    'items/query',
    {
      query: {
        filter,
        sort: sort === undefined ? [] : [{ fieldName: sort, order: 'ASC' }],
        paging: { limit, offset: 0 },
        fields: [],
      },
      includeReferencedItems: [],
      ...reading,
    },
  ],
  operations: [
    ['QUERY', 'items/query', { query: { filter: {} }, includeReferencedItems: [], ...reading }],
    ['COUNT', 'items/count', { filter: {}, consistentRead: false }],
    ['DISTINCT', 'items/query-distinct-values', { filter: {}, fieldName: '_id', order: 'ASC', ...reading }],
    [
      'AGGREGATE',
      'items/aggregate',
      {
        initialFilter: {},
        aggregation: { groupingFields: ['_id'], operations: [] },
        finalFilter: {},
        sort: [],
        ...reading,
      },
    ],
    ['INSERT', 'items/insert', { items: [{ _id: missing }] }],
    ['UPDATE', 'items/update', { items: [{ _id: missing }] }],
    ['REMOVE', 'items/remove', { itemIds: [missing] }],
    ['TRUNCATE', 'items/truncate', {}],
  ],
  errorBody: ErrorBody,
} as const;
