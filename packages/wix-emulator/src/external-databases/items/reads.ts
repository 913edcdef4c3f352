import type { WixContext } from '../../http/env.ts';
import { answerItem, answerJson, presentItem } from '../../items/answer.ts';
import type { DistinctRequest } from '../../items/distinct/schema.ts';
import { invalid, itemMissing } from '../../items/errors.ts';
import { DEFAULT_LIMIT } from '../../items/page.ts';
import type { CountRequest, GetRequest, QueryRequest } from '../../items/schema.ts';
import type { JsonObject } from '../../items/value.ts';
import type { z } from 'zod';
import { operationNotSupported } from '../errors.ts';
import { planOf } from './page.ts';
import { narrowed, requireOperation } from './reach.ts';
import type { External } from './reach.ts';

export async function queryExternal(
  context: WixContext,
  external: External,
  request: QueryRequest,
): Promise<Response> {
  requireOperation(external, 'QUERY');
  if (request.sortMode === 'RANDOM') throw operationNotSupported('RANDOM', external.id);
  const { filter = {}, sort = [], fields = [], paging, cursorPaging } = request.query;
  const { returnTotalCount } = request;
  const cut = { paging, cursorPaging, returnTotalCount };
  const { asked, window, metadata } = planOf(external, 'items.query', { filter, sort, fields }, cut);
  const page = await external.adapter.query({
    filter: narrowed(external, asked.filter),
    sort: asked.sort,
    fields: asked.fields,
    window,
    includes: includesOf(request),
    consistentRead: request.consistentRead ?? false,
    // Whether there is a next page can be told by the count alone, where pages go by offset.
    counted: external.schema.pagingMode === 'OFFSET' || returnTotalCount === true,
  });
  const dataItems = page.entries.map((item) => presented(external, item));
  const pagingMetadata = JSON.stringify(metadata(page));
  return answerJson(context, `{"dataItems":[${dataItems.join(',')}],"pagingMetadata":${pagingMetadata}}`);
}

export async function getExternal(
  context: WixContext,
  external: External,
  request: z.output<typeof GetRequest>,
): Promise<Response> {
  requireOperation(external, 'GET');
  const { dataItemId: id, fields = [], consistentRead = false } = request;
  const includes = includesOf(request);
  const isPlain = external.ownedBy === undefined && includes.length === 0;
  const item = isPlain
    ? await external.adapter.get(id, fields, consistentRead)
    : await getByQuery(external, { id, fields, includes, consistentRead });
  if (!item) throw itemMissing(id, external.id);
  return answerItem(context, external.id, id, JSON.stringify(item));
}

/** Getting cannot be narrowed, and includes nothing. */
async function getByQuery(
  external: External,
  { id, ...rest }: { id: string; fields: string[]; includes: Includes; consistentRead: boolean },
): Promise<JsonObject | undefined> {
  requireOperation(external, 'QUERY');
  const filter = narrowed(external, { _id: id });
  const window = { limit: 1, offset: 0 };
  const { entries } = await external.adapter.query({ ...rest, filter, sort: [], window, counted: false });
  return entries[0];
}

export async function countExternal(
  context: WixContext,
  external: External,
  { filter, consistentRead = false }: z.output<typeof CountRequest>,
): Promise<Response> {
  requireOperation(external, 'COUNT');
  const totalCount = await external.adapter.count(narrowed(external, filter), consistentRead);
  return context.json({ totalCount });
}

export async function distinctExternal(
  context: WixContext,
  external: External,
  request: DistinctRequest,
): Promise<Response> {
  requireOperation(external, 'DISTINCT');
  const { fieldName, filter, order, consistentRead = false } = request;
  const { asked, window, metadata } = planOf(
    external,
    'items.distinct',
    { fieldName, filter, order },
    request,
  );
  if (asked.fieldName === undefined) throw invalid('fieldName is missing.');
  const page = await external.adapter.distinct({
    fieldName: asked.fieldName,
    filter: narrowed(external, asked.filter),
    order: asked.order,
    window,
    consistentRead,
  });
  return context.json({ distinctValues: page.entries, pagingMetadata: metadata(page) });
}

type Includes = { field: string; limit: number }[];

const includesOf = ({ includeReferences = [] }: Pick<QueryRequest, 'includeReferences'>): Includes =>
  includeReferences.map(({ field, limit = DEFAULT_LIMIT }) => ({ field, limit }));

const presented = ({ id }: External, item: JsonObject): string =>
  presentItem(id, item['_id'] as string, JSON.stringify(item));
