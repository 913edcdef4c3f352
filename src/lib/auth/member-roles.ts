import { toProblem } from '../http/problem.ts';
import { logFailure } from '../log.ts';
import { ACTIONS, type Policy } from '../policy/collection.ts';
import { policies } from '../policy/collections.ts';
import type { SystemGrant } from '../policy/grant.ts';
import { authorizeSystem } from '../policy/system.ts';
import { rolesOfMember, rolesOfMembers } from '../wix/members.ts';
import { isFresh, type RememberedMember } from './member-store.ts';
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
 * Learns the roles of members who are signed in. A role that Wix does not confirm is gone, also when Wix is in trouble:
 * it comes back with the next round.
 * @param known as many as one question may name.
 */
export async function lookAfterRoles(grant: SystemGrant, known: readonly RememberedMember[]): Promise<void> {
  if (!ROLES_DECIDE) return;
  const ids = known.map(({ id }) => id);
  const listed = await list(grant, ids);
  let questions = listed ? MOST_QUESTIONS : 0;
  for (const member of known) {
    let roles = listed?.get(member.id) ?? NO_ROLES;
    // The list lags behind what a sign-in has just learned: it may take a role away, but not give one back.
    if (isFresh(member)) roles = roles.filter((role) => member.roles.includes(role));
    // A list may be short for many reasons: who seems to have lost their roles is asked for alone.
    if (roles.length === 0 && member.roles.length > 0 && questions > 0) {
      const told = await ask(member.id);
      questions = told ? questions - 1 : 0;
      roles = told ?? NO_ROLES;
    }
    if (roles.join(' ') !== member.roles.join(' ')) await stores().members.rememberRoles(member.id, roles);
  }
}

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
