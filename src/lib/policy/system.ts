import { randomUUID } from 'node:crypto';
import { mint, type SystemCapability, type SystemGrant } from './grant.ts';

/** Why the site does these things without being asked. */
const RULES: Readonly<Record<SystemCapability, string>> = {
  'members:look-after': 'the site looks after those who are signed in',
  'site:examine': 'whoever runs the site compares it with the policies',
};

/**
 * A Grant for work that belongs to no request. It cannot be spent inside one, so no request can borrow it; and only the
 * site's own rounds and its doctor may import this (`.dependency-cruiser.cjs`).
 */
export function authorizeSystem<C extends SystemCapability>(capability: C): SystemGrant<C> {
  return mint<SystemGrant<C>>({
    kind: 'system',
    decision: randomUUID(),
    capability,
    memberId: null,
    rule: RULES[capability],
  });
}
