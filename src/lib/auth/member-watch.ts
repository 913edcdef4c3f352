import { authorizeSystem } from '../policy/system.ts';
import { standingOf, standingsOf, STANDINGS_AT_ONCE, type Standing } from '../wix/members.ts';
import { lookAfterRoles } from './member-roles.ts';
import type { KnownMember, RememberedMember } from './member-store.ts';
import { endAllCredentials, stores } from './stores.ts';

/**
 * Between two rounds. Whoever is blocked or deleted at Wix is refused within a minute: half of it is this pause, the
 * other half is room for the round itself.
 */
export const MEMBER_ROUND_MS = 30_000;

/** No batch is begun later than this into a round; what is left waits for the next one. */
const ROUND_LIMIT_MS = 15_000;

/**
 * Members of one round: twenty calls, forty a minute, of the 200 a minute that Wix allows an installation. Up to here
 * everybody with a credential is looked at in every round; beyond, those who were active come first.
 */
const MOST_IN_A_ROUND = 1_000;

/** Wix's lists lag behind by seconds, so for this long what Wix has just said of a member stands. */
const FRESH_MS = 10_000;

/** Members missing from a list who are asked for one by one. */
const MOST_QUESTIONS = 20;

const active = new Set<string>();
/** How far the rounds have come with everybody else. */
let after = '';

/** Remembers that somebody used a credential, so that the next round looks at them first. */
export function noteActive(memberId: string): void {
  if (active.size < 10 * MOST_IN_A_ROUND) active.add(memberId);
}

/**
 * One round: asks Wix how members stand who were active since the last one, then others with a live credential.
 * Blocked, deleted and missing members lose every credential; a changed e-mail, its verification and roles are noted,
 * so that rules follow. Wix in trouble ends the round and nobody's session.
 * @throws {Problem} `wix-refused`, outages of Wix.
 */
export async function lookAfterMembers(): Promise<void> {
  const deadline = performance.now() + ROUND_LIMIT_MS;
  let left = MOST_IN_A_ROUND;
  const hasRoom = () => left > 0 && performance.now() < deadline;

  const looked = new Set<string>();
  const look = async (ids: readonly string[]) => {
    await lookAfter(ids);
    left -= ids.length;
    for (const id of ids) {
      active.delete(id);
      looked.add(id);
    }
  };

  for (const ids of batches([...active])) {
    if (!hasRoom()) return;
    await look(ids);
  }
  while (hasRoom()) {
    const ids = await stores().members.withCredentials(after, STANDINGS_AT_ONCE);
    await look(ids.filter((id) => !looked.has(id)));
    const isLast = ids.length < STANDINGS_AT_ONCE;
    after = isLast ? '' : (ids.at(-1) ?? '');
    if (isLast) return;
  }
}

async function lookAfter(ids: readonly string[]): Promise<void> {
  const known = await stores().members.known(ids);
  if (known.length === 0) return;
  const grant = authorizeSystem('members:look-after');
  const standings = await standingsOf(
    grant,
    known.map(({ id }) => id),
  );
  const missing: RememberedMember[] = [];
  for (const member of known) {
    const standing = standings.get(member.id);
    if (standing) await settle(member, standing);
    else if (!isFresh(member)) missing.push(member);
  }
  // A list may be short for many reasons. Only Wix's plain word on this one member counts.
  for (const member of missing.slice(0, MOST_QUESTIONS))
    await settle(member, await standingOf(grant, member.id));
  await lookAfterRoles(grant, known);
}

async function settle(kept: RememberedMember, standing: Standing): Promise<void> {
  switch (standing.state) {
    case 'shut-out':
    case 'gone':
      return endAllCredentials(kept.id);
    case 'in-good-standing':
      if (!isFresh(kept) && differs(kept, standing.member)) await stores().members.remember(standing.member);
      return;
    case 'unclear':
  }
}

function isFresh({ rememberedAt }: RememberedMember): boolean {
  return Date.now() - rememberedAt.getTime() < FRESH_MS;
}

const COMPARED = ['email', 'emailVerified', 'nickname', 'firstName', 'lastName'] as const;

function differs(kept: KnownMember, told: KnownMember): boolean {
  return COMPARED.some((field) => kept[field] !== told[field]);
}

function batches(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / STANDINGS_AT_ONCE);
  return Array.from({ length: count }, (_, index) =>
    ids.slice(index * STANDINGS_AT_ONCE, (index + 1) * STANDINGS_AT_ONCE),
  );
}
