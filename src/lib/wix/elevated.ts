import { siteProperties } from '@wix/business-tools';
import { items } from '@wix/data';
import { auth } from '@wix/essentials';
import { Problem } from '../http/problem.ts';
import { assertCapability, type CapabilityGrant, type Grant } from '../policy/grant.ts';
import { journal } from '../policy/journal.ts';
import { callWix, wixErrorCode } from './call.ts';
import { itemOperations, type ItemOperations } from './operations.ts';

/**
 * The only door to the app's rights. Whoever can reach a function that elevates has the app's rights, so what is
 * offered here are operations on a Grant and never the raised functions themselves.
 * dev.wix.com/docs/develop-websites/articles/coding-with-velo/authorization/elevation
 *
 * Raised once: which rights a call has is decided when it is made, and only SDK functions are ever raised.
 */
const asApp = itemOperations({
  query: auth.elevate(items.query),
  insert: auth.elevate(items.insert),
  patch: auth.elevate(items.patch),
  remove: auth.elevate(items.remove),
});
const readSiteProperties = auth.elevate(siteProperties.getSiteProperties);

/** Item operations with the app's rights, each one journalled with the decision that allowed it. */
export const elevatedItems: ItemOperations = {
  query: (grant, query) =>
    journalled(
      itemEntry(grant, 'items.query'),
      () => asApp.query(grant, query),
      (page) => page.items.length,
    ),
  insert: (grant, fields) =>
    journalled(
      itemEntry(grant, 'items.insert'),
      () => asApp.insert(grant, fields),
      () => 1,
    ),
  patch: (grant, id, changes) =>
    journalled(
      itemEntry(grant, 'items.patch'),
      () => asApp.patch(grant, id, changes),
      (item) => (item ? 1 : 0),
    ),
  remove: (grant, id) =>
    journalled(
      itemEntry(grant, 'items.remove'),
      () => asApp.remove(grant, id),
      (removed) => (removed ? 1 : 0),
    ),
};

/** Site properties need the app's rights: as visitor or member Wix answers 403. */
export function elevatedSiteProperties(grant: CapabilityGrant) {
  assertCapability(grant, 'site-properties.read');
  const entry = { ...decisionOf(grant), collection: null, operation: 'siteProperties.getSiteProperties' };
  return journalled(
    entry,
    () => callWix(refusedPlainly(() => readSiteProperties())),
    () => 1,
  );
}

type Entry = Readonly<{
  decision: string;
  memberId: string | null;
  rule: string;
  collection: string | null;
  operation: string;
}>;

function decisionOf({ decision, memberId, rule }: Grant | CapabilityGrant) {
  return { decision, memberId, rule };
}

function itemEntry(grant: Grant, operation: string): Entry {
  return { ...decisionOf(grant), collection: grant.collection, operation };
}

async function journalled<Value>(
  entry: Entry,
  work: () => Promise<Value>,
  rowsIn: (value: Value) => number,
): Promise<Value> {
  const started = performance.now();
  const durationMs = () => Math.round((performance.now() - started) * 1000) / 1000;
  let value: Value;
  try {
    value = await work();
  } catch (error) {
    journal().record({ ...entry, outcome: 'failed', rows: 0, durationMs: durationMs() });
    throw error;
  }
  journal().record({ ...entry, outcome: 'done', rows: rowsIn(value), durationMs: durationMs() });
  return value;
}

function refusedPlainly<Value>(work: () => Promise<Value>): () => Promise<Value> {
  return async () => {
    try {
      return await work();
    } catch (error) {
      throw new Problem('wix-refused', {
        reason: `Wix answered ${wixErrorCode(error) ?? 'without a code'}`,
        cause: error,
      });
    }
  };
}
