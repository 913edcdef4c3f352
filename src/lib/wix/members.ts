import { members } from '@wix/members';
import { Problem } from '../http/problem.ts';
import { callWix } from './call.ts';
import { asCaller, bearerOf, runAs } from './context.ts';

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
