import { createPublicKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import { matching as filterOf, Refusal, sorted as sortedGroups } from './rows.ts';
import type { Row } from './rows.ts';
import type { Calculation, Caller, Role, Table, Tables } from './tables.ts';
import type { Mistakes } from './adapter.ts';

type Identity = {
  identityType: string;
  memberId?: string;
  anonymousVisitorId?: string;
  wixUserId?: string;
  appId?: string;
};
type Metadata = { identity: Identity; instanceId: string; requestId: string; appExtensionType: string };
export type V3Request = { request: Record<string, unknown>; metadata: Metadata };

const ROLES: Record<string, Role> = { MEMBER: 'MEMBER', WIX_USER: 'OWNER', APP: 'BACKEND_CODE' };
const OPERATORS: Record<string, string[]> = {
  TEXT: ['EQ', 'NE', 'CONTAINS', 'STARTS_WITH', 'ENDS_WITH', 'HAS_SOME', 'GT', 'GTE', 'LT', 'LTE'],
  NUMBER: ['EQ', 'NE', 'GT', 'GTE', 'LT', 'LTE', 'HAS_SOME'],
  DATETIME: ['EQ', 'NE', 'GT', 'GTE', 'LT', 'LTE'],
  BOOLEAN: ['EQ'],
  OBJECT: [],
};

/** Checks what the documentation says to check, and gives what was signed. */
export async function opened(
  text: string,
  { publicKey, appId }: { publicKey: string; appId: string },
  mistakes: Mistakes,
): Promise<V3Request> {
  if (mistakes.has('accepts unsigned')) {
    const [, payload = ''] = text.split('.');
    return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { data: V3Request }).data;
  }
  const checks = {
    algorithms: ['RS256'],
    issuer: 'wix.com',
    ...(!mistakes.has('any audience') && { audience: appId }),
    ...(mistakes.has('accepts expired')
      ? { clockTolerance: 1_000_000 }
      : { requiredClaims: ['exp', 'iat'], maxTokenAge: 300, clockTolerance: 5 }),
  };
  try {
    const { payload } = await jwtVerify(text, createPublicKey(publicKey), checks);
    return payload['data'] as V3Request;
  } catch {
    throw new Refusal(401, 'not signed by Wix', 'UNAUTHORIZED');
  }
}

function callerOf({ identity = { identityType: 'UNKNOWN' } }: Partial<Metadata>, mistakes: Mistakes): Caller {
  const { identityType, memberId, anonymousVisitorId, wixUserId, appId } = identity;
  return {
    role:
      ROLES[identityType] ??
      (mistakes.has('unknown role owns') && !identityType.includes('VISITOR') ? 'OWNER' : 'VISITOR'),
    id: memberId ?? wixUserId ?? anonymousVisitorId ?? appId ?? null,
  };
}

type Paged = { paging?: { limit?: number; offset?: number } };
type Sorts = { fieldName: string; order: string }[];

const pagingOf = ({ paging = {} }: Paged) => ({ skip: paging.offset ?? 0, limit: paging.limit ?? 50 });
const sortOf = (sort: Sorts = []) =>
  sort.map(({ fieldName, order }) => ({ fieldName, isDown: order === 'DESC' }));

/** Every method of the service plugin but references and indexes. */
export function answerV3(
  tables: Tables,
  announced: string[],
  path: string,
  body: V3Request,
  mistakes: Mistakes,
): object {
  const { request } = body;
  const caller = callerOf(body.metadata, mistakes);
  const name = String(request['collectionId']);
  const operation = path.split('/')[1]?.toUpperCase().replace('QUERY-DISTINCT-VALUES', 'DISTINCT') ?? '';
  if (path.startsWith('items/') && !announced.includes(operation) && !mistakes.has('follows unannounced')) {
    tables.require(name);
    throw new Refusal(400, `${operation} is not supported`, 'UNSUPPORTED_OPERATION', {
      collectionId: name,
      operation,
    });
  }
  switch (path) {
    case 'capabilities/get':
      return { supportsCollectionModifications: true, supportedFieldTypes: Object.keys(OPERATORS) };
    case 'collections/get': {
      const ids = (request['collectionIds'] ?? []) as string[];
      const known = [...tables.tables].filter(([id]) => ids.length === 0 || ids.includes(id));
      return { collections: known.map(([id, table]) => collectionOf(id, table, announced)) };
    }
    case 'collections/create': {
      const { id, fields } = request['collection'] as { id: string; fields: { key: string; type: 'TEXT' }[] };
      if (tables.tables.has(id)) throw new Refusal(409, `${id} exists`, 'COLLECTION_ALREADY_EXISTS');
      const table = { fields: Object.fromEntries(fields.map(({ key, type }) => [key, type])), rows: [] };
      tables.tables.set(id, table);
      return { collection: collectionOf(id, table, announced) };
    }
    case 'collections/delete':
      tables.require(name);
      tables.tables.delete(name);
      return {};
    case 'items/query': {
      const query = request['query'] as Paged & { filter: unknown; sort?: Sorts; fields?: string[] };
      const asked = { filter: query.filter, sort: sortOf(query.sort), paging: pagingOf(query) };
      const { rows, total } = tables.find(name, caller, asked);
      const items = rows.map((row) =>
        projected(row, mistakes.has('fields ignored') ? [] : (query.fields ?? [])),
      );
      return { items, pagingMetadata: request['returnTotalCount'] === true ? { total } : {} };
    }
    case 'items/count': {
      const asked = { filter: request['filter'], sort: [], paging: { skip: 0, limit: 0 } };
      return { totalCount: tables.find(name, caller, asked).total };
    }
    case 'items/query-distinct-values':
      return distinct(tables, name, caller, request);
    case 'items/aggregate':
      return aggregate(tables, name, caller, request);
    case 'items/insert':
      return each(tables, name, mistakes, request['items'] as Row[], (item) =>
        tables.insert(name, caller, item),
      );
    case 'items/update':
      return each(tables, name, mistakes, request['items'] as Row[], (item) =>
        tables.update(name, caller, item),
      );
    case 'items/remove':
      return each(tables, name, mistakes, request['itemIds'] as string[], (id) =>
        tables.remove(name, caller, id),
      );
    case 'items/truncate':
      tables.truncate(name, caller);
      return {};
    default:
      throw new Refusal(404, `no ${path}`);
  }
}

/** One that fails leaves the others alone; whoever may not write fails as a whole. */
function each<Entry>(
  tables: Tables,
  name: string,
  mistakes: Mistakes,
  entries: Entry[],
  write: (entry: Entry) => Row,
): object {
  tables.require(name);
  return {
    results: entries.map((entry) => {
      try {
        return { item: write(entry) };
      } catch (error) {
        if (!(error instanceof Refusal) || error.status === 403 || mistakes.has('all or nothing'))
          throw error;
        return { error: errorOf(error) };
      }
    }),
  };
}

export const errorOf = ({ code, message, data }: Refusal): object => ({
  errorCode: code,
  errorMessage: message,
  ...(data && { data }),
});

function distinct(tables: Tables, name: string, caller: Caller, request: Record<string, unknown>): object {
  const { filter, fieldName, order } = request as { filter: unknown; fieldName: string; order: string };
  const sort = [{ fieldName, isDown: order === 'DESC' }];
  const { rows } = tables.find(name, caller, { filter, sort, paging: { skip: 0, limit: 1_000 } });
  const values = [
    ...new Map(rows.map((row) => [JSON.stringify(row[fieldName]), row[fieldName] ?? null])).values(),
  ];
  const { skip, limit } = pagingOf(request);
  return {
    distinctValues: values.filter((value) => value !== null).slice(skip, skip + limit),
    pagingMetadata: { total: values.length },
  };
}

type Operation = { resultFieldName: string } & Record<string, { itemFieldName?: string }>;

function aggregate(tables: Tables, name: string, caller: Caller, request: Record<string, unknown>): object {
  const { initialFilter, aggregation, sort } = request as {
    initialFilter: unknown;
    aggregation: { groupingFields: string[]; operations: Operation[] };
    sort: Sorts;
  };
  const results = aggregation.operations.map(({ resultFieldName: as, ...rest }): Calculation => {
    const calculations = Object.entries(rest as Record<string, { itemFieldName?: string }>);
    const [kind, { itemFieldName: field = '' }] = calculations[0] ?? ['', {}];
    return { as, of: ({ average: 'avg', itemCount: 'count' }[kind] ?? kind) as Calculation['of'], field };
  });
  const groups = tables.groups(name, caller, initialFilter, aggregation.groupingFields, results);
  const names = [...aggregation.groupingFields, ...results.map(({ as }) => as)];
  const kept = groups.filter(filterOf(request['finalFilter'], names));
  const ordered = sortedGroups(kept, sortOf(sort));
  const { skip, limit } = pagingOf(request);
  return { items: ordered.slice(skip, skip + limit), pagingMetadata: { total: ordered.length } };
}

function collectionOf(id: string, { fields, visitorsRead }: Table, announced: string[]): object {
  return {
    id,
    displayName: id,
    fields: Object.entries(fields).map(([key, type]) => ({
      key,
      type,
      capabilities: { sortable: type !== 'OBJECT', queryOperators: OPERATORS[type] },
    })),
    capabilities: { dataOperations: announced },
    permissions: {
      read: visitorsRead === true ? 'ANYONE' : 'SITE_MEMBER',
      insert: 'SITE_MEMBER',
      update: 'SITE_MEMBER',
      remove: 'SITE_MEMBER',
    },
    pagingMode: 'OFFSET',
  };
}

const projected = (row: Row, fields: readonly string[]): Row =>
  fields.length === 0
    ? row
    : Object.fromEntries(Object.entries(row).filter(([key]) => key === '_id' || fields.includes(key)));
