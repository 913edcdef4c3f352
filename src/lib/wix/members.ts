import { members, type authorization } from '@wix/members';
import { Problem } from '../http/problem.ts';
import { callWix } from './call.ts';
import type { SystemGrant } from '../policy/grant.ts';
import { asCaller, bearerOf, runAs } from './context.ts';
import {
  elevatedMember,
  elevatedMembers,
  elevatedRolesOfMember,
  elevatedRolesOfMembers,
} from './elevated.ts';

/** A member as Wix knows them, reduced to what Gatehouse uses. */
export type WixMember = Readonly<{
  id: string;
  /** Login e-mail, in canonical form (lower case). */
  email: string;
  emailVerified: boolean;
  nickname: string | null;
  firstName: string | null;
  lastName: string | null;
}>;

/**
 * The member that an access token belongs to, asked from Wix itself.
 * dev.wix.com/docs/sdk/backend-modules/members/members/get-current-member
 * @throws {Problem} `wix-refused` when the token belongs to nobody we could vouch for.
 */
export async function fetchCurrentMember(accessToken: string): Promise<WixMember> {
  const ask = () => members.getCurrentMember({ fieldsets: ['FULL'] });
  const answer = await callWix(() => runAs(bearerOf(accessToken), ask));
  return toWixMember(answer.member);
}

/** The signed-in member, as Wix knows them at this moment. Runs as whoever `runAs` named. */
export async function currentMember(): Promise<WixMember> {
  const answer = await callWix(() => asCaller(() => members.getCurrentMember({ fieldsets: ['FULL'] })));
  return toWixMember(answer.member);
}

/** How Wix has it with a member: as they are, shut out by the owner, or gone. */
export type Standing =
  | Readonly<{ state: 'in-good-standing'; member: WixMember }>
  | Readonly<{ state: 'shut-out' }>
  | Readonly<{ state: 'gone' }>
  /** Wix showed too little of them to say. */
  | Readonly<{ state: 'unclear' }>;

/** `OFFLINE` is Wix's word for a guest author, who cannot sign in. */
const SHUT_OUT = new Set<unknown>(['BLOCKED', 'OFFLINE']);

/** What one query names at most; also the largest page of Wix's members API. */
export const STANDINGS_AT_ONCE = 100;

/**
 * How these members stand, as far as Wix lists them; who is missing from the answer has to be asked for alone.
 * @param ids `STANDINGS_AT_ONCE` at most.
 * @throws {Problem} `wix-refused`, outages of Wix.
 */
export async function standingsOf(
  grant: SystemGrant,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  const listed = await elevatedMembers(grant, ids);
  return new Map(listed.map((member) => [member._id ?? '', toStanding(member)]));
}

/** How one member stands: `gone` only when Wix itself says so. */
export async function standingOf(grant: SystemGrant, id: string): Promise<Standing> {
  const member = await elevatedMember(grant, id);
  if (member === null) return { state: 'gone' };
  return member._id === id ? toStanding(member) : { state: 'unclear' };
}

/**
 * The keys of these members' roles, in small letters and sorted, as far as Wix lists them; who is missing from the answer has
 * none, or has to be asked for alone.
 * @param ids `STANDINGS_AT_ONCE` at most.
 * @throws {Problem} `wix-refused`, outages of Wix.
 */
export async function rolesOfMembers(
  grant: SystemGrant,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const listed = await elevatedRolesOfMembers(grant, ids);
  return new Map(Object.entries(listed).map(([id, { roles }]) => [id, keysOf(roles)]));
}

/**
 * The same of the one member that the Grant is about.
 * @throws {Problem} `wix-refused`, outages of Wix.
 */
export async function rolesOfMember(grant: SystemGrant): Promise<readonly string[]> {
  return keysOf(await elevatedRolesOfMember(grant));
}

function keysOf(roles: readonly authorization.Role[] = []): readonly string[] {
  const keys = roles.flatMap(({ roleKey }) => (roleKey ? [roleKey.toLowerCase()] : []));
  return [...new Set(keys)].toSorted();
}

function toStanding(member: members.Member): Standing {
  if (SHUT_OUT.has(member.status)) return { state: 'shut-out' };
  if (!member._id || !member.loginEmail) return { state: 'unclear' };
  return { state: 'in-good-standing', member: toWixMember(member) };
}

function toWixMember(member: members.Member | undefined): WixMember {
  const id = member?._id;
  const email = member?.loginEmail;
  if (!member || !id || !email) {
    throw new Problem('wix-refused', {
      reason: 'Wix named no member; is the Members Area app installed on the site?',
    });
  }
  return Object.freeze({
    id,
    email: email.trim().toLowerCase(),
    emailVerified: member.loginEmailVerified === true,
    nickname: member.profile?.nickname ?? null,
    firstName: member.contact?.firstName ?? null,
    lastName: member.contact?.lastName ?? null,
  });
}
