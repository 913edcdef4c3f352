import { toProblem } from '../http/problem.ts';
import { logFailure } from '../log.ts';
import { ACTIONS, type Policy } from '../policy/collection.ts';
import { policies } from '../policy/collections.ts';
import type { SystemGrant } from '../policy/grant.ts';
import { authorizeSystem } from '../policy/system.ts';
import { rolesOfMember, rolesOfMembers } from '../wix/members.ts';
import type { RememberedMember } from './member-store.ts';
import { stores } from './stores.ts';

/** Whether any declared rule goes by roles: else Wix is not asked for them. */
const ROLES_DECIDE = Object.values<Policy>(policies).some(({ rules }) =>
  ACTIONS.some((action) => (rules[action]?.roles.length ?? 0) > 0),
);

/** Members of a hundred who are asked for one by one. */
const MOST_QUESTIONS = 20;

type Roles = readonly string[];
const NO_ROLES: Roles = [];

/** Learns the roles of a member whom Wix has just vouched for. What cannot be learned is taken for no roles. */
export async function learnRoles(memberId: string): Promise<void> {
  if (!ROLES_DECIDE) return;
  await stores().members.rememberRoles(memberId, (await ask(memberId)) ?? NO_ROLES);
}

/**
 * Learns the roles of members who are signed in. The list lags behind by seconds, so it only tells whose roles seem to
 * have changed: each of them is asked for alone, and that counts. Who cannot be asked for loses what the list does not
 * confirm, and in an outage everything, until the next round.
 * @param known as many as one question may name.
 */
export async function lookAfterRoles(grant: SystemGrant, known: readonly RememberedMember[]): Promise<void> {
  if (!ROLES_DECIDE) return;
  const ids = known.map(({ id }) => id);
  const listed = await list(grant, ids);
  let questions = listed ? MOST_QUESTIONS : 0;
  for (const { id, roles: kept } of known) {
    const named = listed?.get(id) ?? NO_ROLES;
    if (isSame(named, kept)) continue;
    const told = questions > 0 ? await ask(id) : null;
    // Where one is refused or lost, so are the others.
    questions = told ? questions - 1 : 0;
    await stores().members.rememberRoles(id, told ?? named.filter((role) => kept.includes(role)));
  }
}

const isSame = (one: Roles, other: Roles): boolean =>
  one.length === other.length && one.every((role) => other.includes(role));

/** What Wix lists; `null` in an outage, when there is no use in asking on. */
async function list(grant: SystemGrant, ids: readonly string[]): Promise<ReadonlyMap<string, Roles> | null> {
  try {
    return await rolesOfMembers(grant, ids);
  } catch (error) {
    logFailure(error, 'asking Wix for roles');
    return toProblem(error).code === 'wix-refused' ? new Map() : null;
  }
}

/** What Wix says of this one member; `null` when it does not say. */
async function ask(memberId: string): Promise<Roles | null> {
  try {
    return await rolesOfMember(authorizeSystem('member-roles:learn', memberId));
  } catch (error) {
    logFailure(error, 'asking Wix for the roles of a member');
    return null;
  }
}
