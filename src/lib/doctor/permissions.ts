import { visitor, type Member } from '../auth/actor.ts';
import { ACTIONS, type Action, type Policy } from '../policy/collection.ts';
import { isEverything, NOTHING, type RowFilter } from '../policy/filter.ts';
import type { Rule } from '../policy/rules.ts';
import type { WixCollection } from '../wix/examination.ts';

/**
 * Who may do something with a collection at Wix, widest first; each names the least role that may.
 * dev.wix.com/docs/sdk/backend-modules/data/permissions/introduction
 */
const OPEN_ROLES = ['ANYONE', 'SITE_MEMBER', 'SITE_MEMBER_AUTHOR'] as const;
/** Collaborators and apps: no visitor and no member of the site is one of them. */
const CLOSED_ROLES = ['CMS_EDITOR', 'ADMIN', 'PRIVILEGED'];
/** Wix's word for "nobody but apps and the owner". */
const CLOSED = 'PRIVILEGED';
type Role = (typeof OPEN_ROLES)[number] | typeof CLOSED;

/** One action: what Wix allows, and what the policy needs. */
export type Comparison = Readonly<{
  action: Action;
  actual: string;
  needed: Role;
  verdict: 'fits' | 'too-open' | 'too-narrow';
}>;

const NAMES = {
  query: { older: 'read', newer: 'itemRead' },
  insert: { older: 'insert', newer: 'itemInsert' },
  update: { older: 'update', newer: 'itemUpdate' },
  remove: { older: 'remove', newer: 'itemRemove' },
} as const satisfies Record<Action, unknown>;

/** `null` when Wix shows no permissions. */
export function comparePermissions(policy: Policy, collection: WixCollection): Comparison[] | null {
  const compared = ACTIONS.map((action) => {
    const { older, newer } = NAMES[action];
    // Both models stand side by side in a collection; the newer one decides.
    const actual = collection.dataPermissions?.[newer] ?? collection.permissions?.[older];
    if (!actual) return null;
    const needed = neededRole(policy, action);
    const difference = narrowness(actual, action) - narrowness(needed, action);
    const verdict = difference === 0 ? 'fits' : difference < 0 ? 'too-open' : 'too-narrow';
    return { action, actual, needed, verdict } as const;
  });
  const known = compared.filter((one) => one !== null);
  return known.length === compared.length ? known : null;
}

/** The permissions that the policy needs, in the words of Wix's permissions API. What is closed otherwise stays so. */
export function neededPermissions(comparisons: readonly Comparison[]): Record<string, string> {
  return Object.fromEntries(
    comparisons.map(({ action, actual, needed }) => {
      const role = needed === CLOSED && actual === 'CMS_EDITOR' ? actual : needed;
      return [NAMES[action].newer, role];
    }),
  );
}

/** What a new collection is made with: the older model, which Wix asks for. */
export function permissionsFor(policy: Policy): Record<string, string> {
  return Object.fromEntries(
    ACTIONS.map((action) => {
      const role = neededRole(policy, action);
      return [NAMES[action].older, role === CLOSED ? 'ADMIN' : role];
    }),
  );
}

/** As the app nothing needs to be open. As the caller, whoever the rule lets in must be let in by Wix too. */
function neededRole(policy: Policy, action: Action): Role {
  const rule = policy.rules[action];
  if (policy.as === 'app' || !rule) return CLOSED;
  if (rule.decide(visitor).allowed) return 'ANYONE';
  const verdict = rule.decide(holderOf(rule));
  if (!verdict.allowed) return CLOSED;
  // Wix writes the author of a new row; there is none yet to compare with.
  const byAuthor = action !== 'insert' && isAuthors(verdict.rows);
  return byAuthor ? 'SITE_MEMBER_AUTHOR' : 'SITE_MEMBER';
}

/**
 * The actions in which a caller who goes to Wix directly reaches more rows than the rule selects: what Wix allows to
 * every member, a member may do behind Gatehouse's back.
 */
export function bypassedActions(policy: Policy): Action[] {
  if (policy.as === 'app') return [];
  return ACTIONS.filter((action) => {
    const rule = policy.rules[action];
    if (!rule || neededRole(policy, action) === CLOSED) return false;
    const verdict = rule.decide(SOMEBODY);
    return !verdict.allowed || (!isEverything(verdict.rows) && !isAuthors(verdict.rows));
  });
}

const SOMEBODY: Member = {
  kind: 'member',
  id: 'somebody',
  email: 'somebody@example.com',
  emailVerified: true,
  roles: [],
  credential: { kind: 'session', id: 'none' },
  scopes: null,
};

/** Somebody with every role that the rule asks for, but the one to whom Wix opens everything by itself. */
function holderOf({ roles }: Rule): Member {
  return { ...SOMEBODY, roles: roles.filter((key) => key !== 'admin') };
}

/** Whether all these rows are such as Wix knows for the member's own. */
function isAuthors(rows: RowFilter): boolean {
  if (rows === NOTHING) return true;
  const every = rows['$and'] as readonly RowFilter[] | undefined;
  const some = rows['$or'] as readonly RowFilter[] | undefined;
  return rows['_owner'] === SOMEBODY.id || every?.some(isAuthors) === true || some?.every(isAuthors) === true;
}

/** A role that is not known here may be anybody's, so it counts as the widest. */
function narrowness(role: string, action: Action): number {
  if (CLOSED_ROLES.includes(role)) return OPEN_ROLES.length;
  const known = OPEN_ROLES.findIndex((open) => open === role);
  // Any member may be the author of a new row.
  return action === 'insert' ? Math.min(known, OPEN_ROLES.indexOf('SITE_MEMBER')) : known;
}
