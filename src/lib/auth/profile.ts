import { Problem } from '../http/problem.ts';
import { currentMember, type WixMember } from '../wix/members.ts';
import type { Member } from './actor.ts';
import { stores } from './stores.ts';

/**
 * The member as Wix knows them at this moment; what Wix says is kept.
 * @throws {Problem} `unauthenticated` when Wix no longer accepts them, outages of Wix.
 */
export async function readProfile(actor: Member): Promise<WixMember> {
  const member = await currentMember();
  if (member.id !== actor.id)
    throw new Problem('unexpected', { reason: 'Wix named another member for this session' });
  await stores().members.remember(member);
  return member;
}
