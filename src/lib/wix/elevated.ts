import { siteProperties } from '@wix/business-tools';
import { collections, indexes, items } from '@wix/data';
import { auth } from '@wix/essentials';
import { authorization, members } from '@wix/members';
import {
  assertCapability,
  assertSystem,
  type CapabilityGrant,
  type Grant,
  type SystemGrant,
} from '../policy/grant.ts';
import { journal } from '../policy/journal.ts';
import { aroundCalls } from './around.ts';
import { callWix, refusedByWix } from './call.ts';
import { asApp, currentIdentity, isInsideRequest } from './context.ts';
import { itemOperations, type ItemOperations } from './operations.ts';

/**
 * The only door to the app's rights. Whoever can reach a function that elevates has the app's rights, so what is
 * offered here are operations on a Grant and never the raised functions themselves.
 * dev.wix.com/docs/develop-websites/articles/coding-with-velo/authorization/elevation
 *
 * Raised once: which rights a call has is decided when it is made, and only SDK functions are ever raised.
 */
const countItems = auth.elevate(items.count);
const appsItems = itemOperations(
  {
    query: auth.elevate(items.query),
    count: countItems,
    distinct: auth.elevate(items.distinct),
    aggregate: auth.elevate(items.aggregate),
    insert: auth.elevate(items.insert),
    bulkInsert: auth.elevate(items.bulkInsert),
    patch: auth.elevate(items.patch),
    remove: auth.elevate(items.remove),
    bulkRemove: auth.elevate(items.bulkRemove),
  },
  asApp,
  aroundCalls(),
);
const readSiteProperties = auth.elevate(siteProperties.getSiteProperties);
const queryMembers = auth.elevate(members.queryMembers);
const getMember = auth.elevate(members.getMember);
const queryRoles = auth.elevate(authorization.queryRoles);
const getRoles = auth.elevate(authorization.getRoles);
const getDataCollection = auth.elevate(collections.getDataCollection);
const listIndexes = auth.elevate(indexes.listIndexes);

/** Item operations with the app's rights, each one journalled with the decision that allowed it. */
export const elevatedItems: ItemOperations = {
  query: elevated('query', (page) => page.items.length),
  count: elevated('count', () => 0),
  distinct: elevated('distinct', () => 0),
  aggregate: elevated('aggregate', () => 0),
  insert: elevated('insert', () => 1),
  insertMany: elevated('insertMany', (outcomes) => outcomes.filter((one) => typeof one === 'string').length),
  patch: elevated('patch', (item) => (item ? 1 : 0)),
  remove: elevated('remove', (removed) => (removed ? 1 : 0)),
  removeMany: elevated('removeMany', (removed) => removed.size),
};

/** One operation between two lines of the journal; `rowsIn` says how many rows it showed or changed. */
function elevated<Name extends keyof ItemOperations>(
  name: Name,
  rowsIn: (value: Awaited<ReturnType<ItemOperations[Name]>>) => number,
): ItemOperations[Name] {
  const operation = appsItems[name] as (grant: Grant, ...rest: unknown[]) => Promise<never>;
  const raised = (grant: Grant, ...rest: unknown[]) =>
    journalled(itemEntry(grant, `items.${name}`), () => operation(grant, ...rest), rowsIn);
  return raised as ItemOperations[Name];
}

/** Site properties need the app's rights: as visitor or member Wix answers 403. */
export function elevatedSiteProperties(grant: CapabilityGrant) {
  assertCapability(grant, 'site-properties:read');
  const entry = { ...decisionOf(grant), collection: null, operation: 'siteProperties.getSiteProperties' };
  return journalled(
    entry,
    () => callWix(() => asApp(() => readSiteProperties())),
    () => 1,
  );
}

/**
 * The members with these ids, as far as Wix lists them: its index lags behind, so one who is missing may still exist.
 * dev.wix.com/docs/sdk/backend-modules/members/members/query-members
 */
export function elevatedMembers(
  grant: SystemGrant,
  ids: readonly string[],
): Promise<readonly members.Member[]> {
  assertSystem(grant, 'members:look-after');
  const ask = async () => {
    const query = queryMembers({ fieldsets: ['FULL'] }).in('_id', [...ids]);
    return (await query.limit(ids.length).find()).items;
  };
  return journalledForSite(
    { ...decisionOf(grant), collection: null, operation: 'members.queryMembers' },
    () => callWix(() => asApp(ask)),
    (found) => found.length,
  );
}

/**
 * One member; `null` when Wix itself says that there is none.
 * dev.wix.com/docs/sdk/backend-modules/members/members/get-member
 */
export function elevatedMember(grant: SystemGrant, id: string): Promise<members.Member | null> {
  assertSystem(grant, 'members:look-after');
  return journalledForSite(
    { ...decisionOf(grant), collection: null, operation: 'members.getMember' },
    () =>
      callWix(async (observation) => {
        try {
          const member = await asApp<members.Member | undefined>(() =>
            getMember(id, { fieldsets: ['FULL'] }),
          );
          // An answer that names nobody is not the word that there is nobody.
          return member ?? {};
        } catch (error) {
          if (observation.lastStatus === 404 && refusedByWix(observation)) return null;
          throw error;
        }
      }),
    (member) => (member ? 1 : 0),
  );
}

/**
 * The roles of the members with these ids, by id, as far as Wix lists them.
 * dev.wix.com/docs/rest/crm/members-contacts/members/role-v1/query-roles
 */
export function elevatedRolesOfMembers(
  grant: SystemGrant,
  ids: readonly string[],
): Promise<Readonly<Record<string, authorization.MemberRole>>> {
  assertSystem(grant, 'members:look-after');
  const ask = () => queryRoles({ query: { filter: { memberId: { $in: [...ids] } } } });
  return journalledForSite(
    { ...decisionOf(grant), collection: null, operation: 'authorization.queryRoles' },
    async () => (await callWix(() => asApp<authorization.QueryRolesResponse>(ask))).rolesByMemberId ?? {},
    (found) => Object.keys(found).length,
  );
}

/**
 * The roles of the one member that the Grant is about; so this one may be asked while somebody signs in.
 * dev.wix.com/docs/rest/crm/members-contacts/members/role-v1/get-roles
 */
export function elevatedRolesOfMember(grant: SystemGrant): Promise<readonly authorization.Role[]> {
  assertSystem(grant, 'member-roles:learn');
  const { memberId } = grant;
  if (memberId === null) throw new TypeError('the Grant is about no member');
  return recorded(
    { ...decisionOf(grant), collection: null, operation: 'authorization.getRoles' },
    async () => {
      const ask = () => getRoles(memberId);
      return (await callWix(() => asApp<authorization.GetRolesResponse>(ask))).roles ?? [];
    },
    (found) => found.length,
  );
}

/**
 * What the doctor may ask of Wix. All of it reads, and none of it shows a row.
 * dev.wix.com/docs/sdk/backend-modules/data/collections/get-data-collection
 */
export const elevatedExamination = {
  collection: (grant: SystemGrant, id: string) =>
    examined(grant, 'collections.getDataCollection', id, () =>
      getDataCollection(id, { consistentRead: true }),
    ),
  indexes: (grant: SystemGrant, id: string) =>
    examined(grant, 'indexes.listIndexes', id, () => listIndexes(id)),
  items: (grant: SystemGrant, id: string) => examined(grant, 'items.count', id, () => countItems(id)),
  siteProperties: (grant: SystemGrant) =>
    examined(grant, 'siteProperties.getSiteProperties', null, () => readSiteProperties()),
};

function examined<Value>(
  grant: SystemGrant,
  operation: string,
  collection: string | null,
  ask: () => Promise<Value>,
): Promise<Value> {
  assertSystem(grant, 'site:examine');
  const entry = { ...decisionOf(grant), collection, operation };
  return journalledForSite(
    entry,
    () => asApp(ask),
    () => 0,
  );
}

type Entry = Readonly<{
  decision: string;
  memberId: string | null;
  rule: string;
  collection: string | null;
  operation: string;
}>;

function decisionOf({ decision, memberId, rule }: Grant | CapabilityGrant | SystemGrant) {
  return { decision, memberId, rule };
}

function itemEntry(grant: Grant, operation: string): Entry {
  if (grant.as !== 'app') throw new TypeError('the Grant does not raise rights');
  return { ...decisionOf(grant), collection: grant.collection, operation };
}

/**
 * Runs one elevated call between two lines of the journal. A call that cannot be written down first does not leave.
 * @throws {TypeError} when the Grant was made for somebody else than the one who is asking.
 */
async function journalled<Value>(
  entry: Entry,
  work: () => Promise<Value>,
  rowsIn: (value: Value) => number,
): Promise<Value> {
  if (currentIdentity().memberId !== entry.memberId)
    throw new TypeError('the Grant belongs to somebody else');
  return recorded(entry, work, rowsIn);
}

/** @throws {TypeError} inside a request: what the site may do on its own account is nobody's to borrow. */
async function journalledForSite<Value>(
  entry: Entry,
  work: () => Promise<Value>,
  rowsIn: (value: Value) => number,
): Promise<Value> {
  if (isInsideRequest()) throw new TypeError('the Grant belongs to the site, and a request is under way');
  return recorded(entry, work, rowsIn);
}

async function recorded<Value>(
  entry: Entry,
  work: () => Promise<Value>,
  rowsIn: (value: Value) => number,
): Promise<Value> {
  const started = performance.now();
  const record = (outcome: 'begun' | 'done' | 'failed', rows: number) => {
    const durationMs = Math.round((performance.now() - started) * 1000) / 1000;
    journal().record({ ...entry, outcome, rows, durationMs });
  };
  record('begun', 0);
  let value: Value;
  try {
    value = await work();
  } catch (error) {
    record('failed', 0);
    throw error;
  }
  record('done', rowsIn(value));
  return value;
}
