import { timingSafeEqual } from 'node:crypto';
import { keyed, matching, Refusal } from './rows.ts';
import type { Row } from './rows.ts';
import type { Mistakes } from './adapter.ts';
import type { Calculation, Caller, Role, Table, Tables } from './tables.ts';

export type LegacyRequest = {
  requestContext: {
    settings?: { secretKey?: string };
    instanceId?: string;
    installationId?: string;
    memberId?: string | null;
    role?: Role;
    memberRole?: Role;
  };
} & Record<string, unknown>;

const OPERATIONS: Record<string, string> = {
  'insert/bulk': 'bulkinsert',
  'update/bulk': 'bulkupdate',
  'remove/bulk': 'bulkremove',
};
const OPERATORS = [
  'eq',
  'lt',
  'gt',
  'hasSome',
  'and',
  'lte',
  'gte',
  'or',
  'not',
  'ne',
  'startsWith',
  'endsWith',
];

export function checkSecret({ requestContext }: LegacyRequest, secretKey: string, mistakes: Mistakes): void {
  if (mistakes.has('accepts any secret')) return;
  const { secretKey: said } = requestContext?.settings ?? {};
  const given = Buffer.from(typeof said === 'string' ? said : '');
  const wanted = Buffer.from(secretKey);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new Refusal(401, 'wrong secret');
}

/** Both spellings; of two that differ neither counts, and whoever says nothing is a visitor. */
export function legacyCallerOf(
  { requestContext: { role, memberRole, memberId = null } }: LegacyRequest,
  mistakes: Mistakes,
): Caller {
  if (mistakes.has('two roles: the greater') && memberRole === 'OWNER')
    return { role: 'OWNER', id: memberId };
  if (role !== undefined && memberRole !== undefined && role !== memberRole)
    throw new Refusal(400, 'two roles');
  const named = role ?? memberRole ?? 'VISITOR';
  if (['MEMBER', 'OWNER', 'BACKEND_CODE'].includes(named)) return { role: named, id: memberId };
  const owns = mistakes.has('unknown role owns') && named !== 'VISITOR';
  return { role: owns ? 'OWNER' : 'VISITOR', id: memberId };
}

export function answerLegacy(
  tables: Tables,
  announced: string[],
  protocolVersion: 1 | 2,
  path: string,
  body: LegacyRequest,
  mistakes: Mistakes,
): object {
  if (path === 'provision')
    return protocolVersion === 1 ? {} : { type: 'test', vendor: 'test', protocolVersion };
  if (path === 'schemas/list') {
    return { schemas: [...tables.tables].map(([id, table]) => schemaOf(id, table, announced)) };
  }
  if (path === 'schemas/find') {
    const ids = (body['schemaIds'] ?? []) as string[];
    const known = [...tables.tables].filter(([id]) => ids.includes(id));
    if (known.length === 0) throw new Refusal(404, `no schema ${ids.join(', ')}`);
    return { schemas: known.map(([id, table]) => schemaOf(id, table, announced)) };
  }
  if (!path.startsWith('data/')) throw new Refusal(404, `no ${path}`);
  return answerData(tables, announced, path.slice('data/'.length), body, mistakes);
}

function answerData(
  tables: Tables,
  announced: string[],
  path: string,
  body: LegacyRequest,
  mistakes: Mistakes,
): object {
  const caller = legacyCallerOf(body, mistakes);
  const name = String(body['collectionName']);
  const filter = () => keyed(body['filter']);
  const item = body['item'] as Row;
  const itemId = String(body['itemId']);
  tables.require(name);
  const operation = OPERATIONS[path] ?? path;
  if (!mistakes.has('follows unannounced') && !announced.some((one) => one.toLowerCase() === operation))
    throw new Refusal(400, `${operation} is not supported`);
  switch (path) {
    case 'find': {
      const sort = ((body['sort'] || []) as { fieldName: string; direction?: string }[]).map(
        ({ fieldName, direction }) => ({ fieldName, isDown: direction === 'desc' }),
      );
      const paging = { skip: Number(body['skip']), limit: Number(body['limit']) };
      const { rows, total } = tables.find(name, caller, { filter: filter(), sort, paging });
      return {
        items: rows.map((row) =>
          projected(row, mistakes.has('fields ignored') ? { ...body, projection: undefined } : body),
        ),
        totalCount: total,
      };
    }
    case 'get': {
      const row = tables.readable(name, caller).rows.find(({ _id: id }) => id === itemId);
      if (!row) throw new Refusal(404, `no item ${itemId}`);
      return {
        item: projected(row, mistakes.has('fields ignored') ? { ...body, projection: undefined } : body),
      };
    }
    case 'count': {
      const asked = { filter: filter(), sort: [], paging: { skip: 0, limit: 0 } };
      return { totalCount: tables.find(name, caller, asked).total };
    }
    case 'aggregate':
      return aggregate(tables, name, caller, body);
    case 'insert':
      return { item: tables.insert(name, caller, item) };
    case 'update':
      return { item: tables.update(name, caller, item) };
    case 'remove':
      return { item: tables.remove(name, caller, itemId) };
    case 'insert/bulk':
      return { items: (body['items'] as Row[]).map((one) => tables.insert(name, caller, one)) };
    case 'update/bulk':
      return { items: (body['items'] as Row[]).map((one) => tables.update(name, caller, one)) };
    case 'remove/bulk':
      for (const id of body['itemIds'] as string[]) tables.remove(name, caller, id);
      return { items: [] };
    case 'truncate':
      tables.truncate(name, caller);
      return {};
    default:
      throw new Refusal(404, `no ${path}`);
  }
}

function aggregate(tables: Tables, name: string, caller: Caller, body: LegacyRequest): object {
  const { _id: group, ...steps } = body['processingStep'] as {
    _id: string | Record<string, string>;
  } & Record<string, Record<string, string>>;
  const by = typeof group === 'string' ? [group.slice(1)] : Object.keys(group);
  const results = Object.entries(steps).map(([as, step]): Calculation => {
    const [kind, field] = Object.entries(step)[0] ?? ['', ''];
    return { as, of: kind.slice(1) as Calculation['of'], field: field.slice(1) };
  });
  const groups = tables.groups(name, caller, keyed(body['filter']), by, results);
  const names = [...by, ...results.map(({ as }) => as)];
  return { items: groups.filter(matching(keyed(body['postFilteringStep']), names)), totalCount: 0 };
}

function schemaOf(id: string, { fields }: Table, announced: string[]): object {
  const types: Record<string, string> = {
    TEXT: 'text',
    NUMBER: 'number',
    BOOLEAN: 'boolean',
    DATETIME: 'datetime',
    OBJECT: 'object',
  };
  return {
    id,
    displayName: id,
    allowedOperations: announced,
    maxPageSize: 50,
    ttl: 3600,
    fields: Object.fromEntries(
      Object.entries(fields).map(([key, type]) => [
        key,
        { displayName: key, type: types[type], queryOperators: OPERATORS },
      ]),
    ),
  };
}

function projected(row: Row, { projection }: LegacyRequest): Row {
  const fields = projection as string[] | undefined;
  return fields ? Object.fromEntries(Object.entries(row).filter(([key]) => fields.includes(key))) : row;
}
