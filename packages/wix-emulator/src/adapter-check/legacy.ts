import { randomUUID } from 'node:crypto';
import type { ExternalSchema } from '../external-databases/adapter.ts';
import { legacyDatabase } from '../external-databases/legacy/database.ts';
import { ErrorBody, WireSchema } from '../external-databases/legacy/wire.ts';
import type { AdapterAnswer } from '../external-databases/transport.ts';
import { checkRoles } from './callers.ts';
import { checkData } from './data.ts';
import type { Line } from './line.ts';
import type { CheckOptions } from './options.ts';
import { checkRefusals } from './refusals.ts';
import { expectThat } from './report.ts';
import type { Report } from './report.ts';
import { checkSecrets } from './trust.ts';

const AREA = 'What it has';

/** Of these the documentation says that every adapter has them. */
const MANDATORY = ['QUERY', 'GET', 'COUNT'] as const;

type Options = Extract<CheckOptions, { generation: 'legacy' }>;

/** The legacy generation, in the notation of filters that the adapter announces. */
export async function checkLegacy(report: Report, line: Line, options: Options): Promise<void> {
  const { secretKey, instanceId = randomUUID(), write } = options;
  const settings = { secretKey };
  const memberId = randomUUID();
  const surroundings = {
    connection: {
      name: 'adapter',
      connectionType: 'STANDALONE',
      endpoint: options.url,
      configuration: settings,
    },
    caller: { subject: { type: 'MEMBER', id: memberId }, isOwner: true },
    instanceId,
    installationId: randomUUID(),
    now: Date.now,
    post: line.post,
  } as const;
  const send = (path: string, body: object): Promise<AdapterAnswer> =>
    line.post(path, JSON.stringify(body), 'application/json');
  const { installationId } = surroundings;
  const context = { settings, instanceId, installationId };
  const owner = { ...context, memberId, role: 'OWNER' };

  let version: 'V1' | 'V2' = 'V1';
  await report.check(AREA, 'answers provision', async () => {
    version = await legacyDatabase({ ...surroundings, version }).provision();
  });
  const database = legacyDatabase({ ...surroundings, version });
  let schemas: ExternalSchema[] = [];
  await report.check(AREA, 'lists its schemas', async () => {
    schemas = await database.schemas();
    for (const { id, fields, operations } of schemas) {
      expectThat(
        fields.some(({ key }) => key === '_id'),
        `${id} has no field _id`,
      );
      const lacking = MANDATORY.find((operation) => !operations.has(operation));
      expectThat(
        lacking === undefined,
        `${id} does not announce ${lacking?.toLowerCase()}, which every adapter has`,
      );
    }
  });
  await checkSecrets(report, send, owner, secretKey);
  const schema = schemas.find(({ id }) => options.collection === undefined || id === options.collection);
  await report.check(AREA, 'has the collection to look at', () => {
    expectThat(schema !== undefined, options.collection ?? 'it has none');
  });
  if (!schema) return;

  await report.check(AREA, `finds ${schema.id} among those it does not have, and 404 for none`, async () => {
    const nothing = `no_such_${randomUUID()}`;
    const some = await send('schemas/find', { requestContext: owner, schemaIds: [schema.id, nothing] });
    const { schemas: found = [] } = (some.body ?? {}) as { schemas?: unknown[] };
    const isRight = some.status === 200 && found.length === 1 && WireSchema.safeParse(found[0]).success;
    expectThat(isRight, `it answered ${some.status} with ${found.length} schemas`);
    const none = await send('schemas/find', { requestContext: owner, schemaIds: [nothing] });
    expectThat(none.status === 404, `asked for nothing it has, it answered ${none.status}`);
  });
  const page = { collectionName: schema.id, filter: {}, sort: [], skip: 0, limit: 1 };
  await checkRoles(report, (somebody) =>
    send('data/find', { requestContext: { ...context, ...somebody }, ...page }),
  );
  const adapter = database.collection(schema, schema.id);
  await checkData(report, adapter, schema, { isV3: false, isScratch: false, mayWrite: write });
  const asOwner = (path: string, request: object) => send(path, { requestContext: owner, ...request });
  await checkRefusals(report, { ...dialectOf(version), send: asOwner }, schema, write);
}

const missing = 'adapter-check-no-such-item';

const dialectOf = (version: 'V1' | 'V2') =>
  ({
    name: 'collectionName',
    query: ({
      filter = {},
      sort,
      limit = 1,
    }: {
      filter?: object;
      sort?: string;
      limit?: number;
    }): [string, object] => [
      'data/find',
      {
        filter: version === 'V2' ? filter : leafOf(filter),
        sort: sort === undefined ? [] : [{ fieldName: sort, direction: 'asc' }],
        skip: 0,
        limit,
      },
    ],
    operations: [
      ['AGGREGATE', 'data/aggregate', { filter: {}, processingStep: { _id: '$_id' }, postFilteringStep: {} }],
      ['INSERT', 'data/insert', { item: { _id: missing } }],
      ['UPDATE', 'data/update', { item: { _id: missing } }],
      ['REMOVE', 'data/remove', { itemId: missing }],
      ['TRUNCATE', 'data/truncate', {}],
    ],
    errorBody: ErrorBody,
  }) as const;

/** One condition, in the notation of the first protocol. */
function leafOf(filter: object): object {
  const [leaf] = Object.entries(filter) as [string, object][];
  if (!leaf) return {};
  const [fieldName, condition] = leaf;
  const [operator] = Object.entries(condition) as [string, unknown][];
  return { kind: 'filter', operator: operator?.[0], fieldName, value: operator?.[1] };
}
