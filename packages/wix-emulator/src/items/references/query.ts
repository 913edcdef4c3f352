import { notImplemented } from '../../http/errors.ts';
import { presentItem } from '../answer.ts';
import { invalid, itemMissing } from '../errors.ts';
import { project } from '../fields.ts';
import type { Reached } from '../reach.ts';
import type { StoredRow } from '../reads.ts';
import type { JsonObject } from '../value.ts';
import { notReference } from './errors.ts';
import { referenceFields } from './fields.ts';
import { readable } from './readable.ts';
import type { Reader } from './readable.ts';
import { relationOf } from './relation.ts';
import type { QueryReferencedRequest } from './schema.ts';
import { seenBy } from './shared.ts';
import type { Reference } from './store.ts';

/** https://dev.wix.com/docs/sdk/backend-modules/data/items/query-referenced */
const DEFAULT_LIMIT = 50;

type Found = { target: string; references: readonly Reference[]; total: number };

/** Answers, as JSON text, which items the given ones refer to. */
export function answerReferenced(reader: Reader, reached: Reached, request: QueryReferencedRequest): string {
  if (request.cursorPaging) throw notImplemented('cursorPaging of items.queryReferencedItems');
  const limit = request.paging?.limit ?? DEFAULT_LIMIT;
  const offset = request.paging?.offset ?? 0;
  const { target, references, total } = find(reader, reached, request, limit, offset);
  const rows = readable(reader, target, [...new Set(references.map(({ referenced }) => referenced))]);
  const results = references.map((reference) =>
    present(target, reference, rows?.get(reference.referenced), request.fields ?? [], rows === undefined),
  );
  const pagingMetadata = {
    count: results.length,
    offset,
    ...(request.returnTotalCount === true && { total }),
    tooManyToCount: false,
    hasNext: offset + references.length < total,
  };
  return `{"results":[${results.join(',')}],"pagingMetadata":${JSON.stringify(pagingMetadata)}}`;
}

function find(
  reader: Reader,
  reached: Reached,
  request: QueryReferencedRequest,
  limit: number,
  offset: number,
): Found {
  const { collection } = reached;
  const { site } = reader;
  const { referringItemFieldName: field, order } = request;
  const single = referenceFields(collection).find(({ key, multiple }) => key === field && !multiple);
  const relation = single ? undefined : relationOf(site.collections, collection, field);
  if (!single && !relation) throw notReference(field, collection.id);
  const referring = referringRows(reader, reached, request);
  const ids = referring.map(({ id }) => id);
  if (relation) {
    const { target } = relation;
    const seen = seenBy(reader, relation);
    if (!seen) return { target, references: [], total: 0 };
    return {
      target,
      references: site.references.list(seen, ids, { order, limit, offset }),
      total: site.references.count(seen, ids),
    };
  }
  const all = referring.flatMap(({ id, data }): Reference[] => {
    const referenced = (JSON.parse(data) as JsonObject)[field];
    return typeof referenced === 'string' ? [{ referring: id, referenced }] : [];
  });
  return { target: single?.target ?? '', references: all.slice(offset, offset + limit), total: all.length };
}

/** The items that refer, in the order they were named; one that is not there, or not the caller's, is missing. */
function referringRows(
  { site, consistentRead }: Reader,
  { collection, ownedBy }: Reached,
  { referringItemId, referringItemIds }: QueryReferencedRequest,
): StoredRow[] {
  const ids = referringItemIds ?? (referringItemId === undefined ? [] : [referringItemId]);
  if (ids.length === 0) throw invalid('referringItemId or referringItemIds must name an item.');
  const rows = new Map(
    site.items.readThese(collection, ids, consistentRead).map((row) => [row.id, row] as const),
  );
  return [...new Set(ids)].map((id) => {
    const row = rows.get(id);
    if (!row || (ownedBy !== undefined && row.owner !== ownedBy)) throw itemMissing(id, collection.id);
    return row;
  });
}

/** The item, or what is known of a reference that leads to none the caller may see [recorded]. */
function present(
  target: string,
  { referring, referenced }: Reference,
  row: StoredRow | undefined,
  fields: readonly string[],
  unauthorized: boolean,
): string {
  const referringItemId = JSON.stringify(referring);
  if (row) {
    const dataItem = presentItem(target, row.id, project(row.data, fields));
    return `{"referringItemId":${referringItemId},"dataItem":${dataItem}}`;
  }
  return `{"unresolvedReference":{"referringItemId":${referringItemId},"referencedItemId":${JSON.stringify(referenced)},"unauthorized":${unauthorized}}}`;
}
