import type { WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import { rowsAtWix } from '../wix-rows.ts';
import { markOf, members, pairs, ROWS } from './population.ts';

type Row = Readonly<{ _id: string; name?: string; memberEmail?: string; memberIds?: readonly string[] }>;

/**
 * What is wrong with the rows as Wix holds them: read past the site, which could hide its own mistakes.
 * @param removed ids of connections that their owners have removed.
 */
export async function faultsInRows(wix: WixEmulator, removed: ReadonlySet<string>): Promise<string[]> {
  const connections = (await rowsAtWix(wix, 'SITConnections')) as Row[];
  const introductions = (await rowsAtWix(wix, 'Introductions')) as Row[];
  return [
    ...connections.flatMap(faultsInConnection),
    ...missing(
      connections,
      members.flatMap(({ canary }) => Array.from({ length: ROWS }, (_, row) => `${canary}-${row}`)),
    )
      .filter((id) => !removed.has(id))
      .map((id) => `${id} was removed by somebody else`),
    ...missing(
      introductions,
      pairs.map(({ canary }) => `${canary}-0`),
    ),
    ...pairs.flatMap(({ canary, between }) => {
      const row = introductions.find(({ _id }) => _id === `${canary}-0`);
      const ids = between.map(({ id }) => id);
      return !row || String(row.memberIds) === String(ids) ? [] : [`${row._id} is for others now`];
    }),
  ];
}

/** A row is its owner's, and only the owner has written to it. */
function faultsInConnection({ _id, name = '', memberEmail = '' }: Row): string[] {
  const owner = members.find(({ email }) => email === memberEmail);
  const seededFor = members.find(({ canary }) => _id.startsWith(canary));
  if (seededFor && seededFor !== owner) return [`${_id} belongs to ${memberEmail} now`];
  if (!owner) return [];
  const own = name.startsWith(owner.canary) || name.startsWith(markOf(owner));
  return own ? [] : [`${_id} of ${memberEmail} was written by somebody else: ${name}`];
}

function missing(rows: readonly Row[], ids: readonly string[]): string[] {
  const there = new Set(rows.map(({ _id }) => _id));
  return ids.filter((id) => !there.has(id));
}
