import { randomUUID } from 'node:crypto';
import { mint, type SystemCapability, type SystemGrant } from './grant.ts';

/** Why the site does these things without being asked. */
const RULES: Readonly<Record<SystemCapability, string>> = {
  'members:look-after': 'the site looks after those who are signed in',
  'member-roles:learn': 'the site learns the roles of whoever Wix has vouched for',
  'site:examine': 'whoever runs the site compares it with the policies',
};

/**
 * A Grant for work that nobody asks for. One about all members, or about the site, cannot be spent inside a request, so
 * none can borrow it; one about a member's roles is of use for that member only. The site's own rounds and its doctor
 * may import this, and nothing else (`.dependency-cruiser.cjs`).
 */
export function authorizeSystem<C extends 'members:look-after' | 'site:examine'>(
  capability: C,
): SystemGrant<C>;
export function authorizeSystem(
  capability: 'member-roles:learn',
  memberId: string,
): SystemGrant<'member-roles:learn'>;
export function authorizeSystem(capability: SystemCapability, memberId: string | null = null): SystemGrant {
  return mint<SystemGrant>({
    kind: 'system',
    decision: randomUUID(),
    capability,
    memberId,
    rule: RULES[capability],
  });
}
