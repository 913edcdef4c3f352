import { Problem, type ProblemCode } from '../http/problem.ts';
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

/** Whatever of Wix fails while the page that ends devices is shown, the page is needed all the more. */
const OUTAGES: readonly ProblemCode[] = ['wix-unavailable', 'wix-timeout', 'wix-refused'];

/**
 * The same, or `null` while Wix gives no answer.
 * @throws {Problem} `unauthenticated` when Wix no longer accepts the member.
 */
export async function readProfileIfReachable(actor: Member): Promise<WixMember | null> {
  try {
    return await readProfile(actor);
  } catch (error) {
    if (error instanceof Problem && OUTAGES.includes(error.code)) return null;
    throw error;
  }
}
