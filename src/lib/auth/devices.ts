import type { Member } from './actor.ts';
import type { Session } from './session-store.ts';
import { endAllCredentials, stores } from './stores.ts';

/** A script that signs in every minute has thousands; nobody reads further than this. */
export const LISTED = 100;

/** One signed-in device, as its member sees it. */
export type Device = Session & Readonly<{ current: boolean }>;

/** The member's devices: the one that asks, then the others, the last used first; a hundred at most. */
export async function listDevices(member: Member): Promise<readonly Device[]> {
  const sessions = await stores().sessions.list(member.id);
  return sessions
    .map((session): Device => ({ ...session, current: session.id === member.credential.id }))
    .toSorted((a, b) => Number(b.current) - Number(a.current))
    .slice(0, LISTED);
}

/**
 * Ends one of the member's devices; ending the one that asks is signing out.
 * @returns whether it was there; a foreign one is not.
 */
export function endDevice(member: Member, id: string): Promise<boolean> {
  return stores().sessions.endOwn(member.id, id);
}

/** Ends everything that could speak for the member, access tokens too, but for the device that asks. */
export function endEverythingElse(member: Member): Promise<void> {
  return endAllCredentials(member.id, member.credential.id);
}
