import { Hono } from 'hono';
import { operation } from '../../http/env.ts';
import type { Env, WixContext } from '../../http/env.ts';
import { readBody } from '../../http/request.ts';
import { answerJson } from '../answer.ts';
import { itemMissing, noPermission } from '../errors.ts';
import { reach } from '../reach.ts';
import type { Reached } from '../reach.ts';
import { notMultiReference, notReference } from './errors.ts';
import { referenceFields } from './fields.ts';
import { answerReferenced } from './query.ts';
import type { Reader } from './readable.ts';
import { relationOf } from './relation.ts';
import type { Relation } from './relation.ts';
import * as schema from './schema.ts';
import { authorizeOtherSide, replaceReferences, seenBy } from './shared.ts';

/** References between items: made and taken back one by one, and followed. */
export const referenceRoutes = new Hono<Env>();

const ITEMS = '/wix-data/v2/items';
const BULK = '/wix-data/v2/bulk/items';

for (const [path, name, action] of [
  ['insert-references', 'items.insertReference', 'INSERT'],
  ['remove-references', 'items.removeReference', 'DELETE'],
] as const) {
  referenceRoutes.post(`${BULK}/${path}`, async (context) => {
    operation(context, name);
    const request = await readBody(context, schema.ReferencesRequest);
    const reached = reach(context, name, request.dataCollectionId, 'update');
    const { store, references } = context.var.site;
    // All or none: the SDK reads no more of the answer than that it is a 200 [recorded].
    store.write(() => {
      for (const one of request.dataItemReferences) {
        const relation = requireRelation(context, reached, one.referringItemFieldName);
        requireReferring(context, reached, one.referringItemId);
        authorizeOtherSide(context.var.site, reached, relation, () => [one.referencedItemId]);
        const reference = { referring: one.referringItemId, referenced: one.referencedItemId };
        if (action === 'INSERT') references.add(relation, reference);
        else references.remove(relation, reference);
      }
    });
    const results = request.dataItemReferences.map((dataItemReference, originalIndex) => ({
      action,
      referenceMetadata: { originalIndex, success: true },
      ...(request.returnEntity === true && { dataItemReference }),
    }));
    const bulkActionMetadata = { totalSuccesses: results.length, totalFailures: 0 };
    return context.json({ results, bulkActionMetadata });
  });
}

referenceRoutes.post(`${ITEMS}/replace-references`, async (context) => {
  operation(context, 'items.replaceReferences');
  const request = await readBody(context, schema.ReplaceReferencesRequest);
  const reached = reach(context, 'items.replaceReferences', request.dataCollectionId, 'update');
  const { referringItemFieldName, referringItemId, newReferencedItemIds } = request;
  context.var.site.store.write(() => {
    const relation = requireRelation(context, reached, referringItemFieldName);
    requireReferring(context, reached, referringItemId);
    replaceReferences(context.var.site, reached, relation, referringItemId, newReferencedItemIds);
  });
  const dataItemReferences = newReferencedItemIds.map((referencedItemId) => ({
    referringItemFieldName,
    referringItemId,
    referencedItemId,
  }));
  return context.json({ dataItemReferences });
});

referenceRoutes.post(`${ITEMS}/is-referenced`, async (context) => {
  operation(context, 'items.isReferenced');
  const request = await readBody(context, schema.IsReferencedRequest);
  const { collection, ownedBy } = reach(context, 'items.isReferenced', request.dataCollectionId, 'read');
  const { referringItemFieldName: field, referringItemId, referencedItemId } = request;
  const { collections, items, references } = context.var.site;
  const row = items.read(collection, referringItemId, request.consistentRead);
  const relation = relationOf(collections, collection, field);
  const isSingle = referenceFields(collection).some(({ key, multiple }) => key === field && !multiple);
  if (!relation && !isSingle) throw notReference(field, collection.id);
  if (!row || (ownedBy !== undefined && row.owner !== ownedBy))
    throw itemMissing(referringItemId, collection.id);
  const seen = relation && seenBy(readerOf(context, request), relation);
  const isReferenced = relation
    ? seen !== undefined && references.has(seen, { referring: referringItemId, referenced: referencedItemId })
    : (JSON.parse(row.data) as Record<string, unknown>)[field] === referencedItemId;
  return context.json({ isReferenced });
});

/** The SDK's `queryReferenced` and `queryReferencedItems` ask here, the latter for several items [recorded]. */
referenceRoutes.post(`${ITEMS}/query-referenced`, async (context) => {
  operation(context, 'items.queryReferenced');
  const request = await readBody(context, schema.QueryReferencedRequest);
  const name = request.referringItemIds ? 'items.queryReferencedItems' : 'items.queryReferenced';
  const reached = reach(context, name, request.dataCollectionId, 'read');
  return answerJson(context, answerReferenced(readerOf(context, request), reached, request));
});

const readerOf = (
  context: WixContext,
  { consistentRead }: { consistentRead?: boolean | undefined },
): Reader => ({
  site: context.var.site,
  caller: context.var.caller,
  consistentRead,
});

function requireRelation(context: WixContext, { collection }: Reached, field: string): Relation {
  const relation = relationOf(context.var.site.collections, collection, field);
  if (!relation) throw notMultiReference(field, collection.id);
  return relation;
}

/** The item whose references are written. It is looked at as a write does, and is the caller's to update. */
function requireReferring(context: WixContext, { collection, writer }: Reached, id: string): void {
  const row = context.var.site.items.find(collection, id);
  if (!row) throw itemMissing(id, collection.id);
  if (writer.ownRowsOnly && row.owner !== writer.id) throw noPermission('update', collection.id);
}
