import { Problem } from '../http/problem.ts';
import { visitorIdentity, type WixIdentity } from '../wix/context.ts';
import {
  memberAccessToken,
  renewMemberToken,
  type MemberTokens,
  type TokenShelf,
} from '../wix/member-tokens.ts';
import type { Actor, Member } from './actor.ts';
import { ownWritesOf } from './own-writes.ts';
import { endCredential, stores } from './stores.ts';

/** As whom the actor's plain calls go out at Wix. Nothing is asked of Wix until a call really does. */
export function wixIdentityOf(actor: Actor): WixIdentity {
  if (actor.kind === 'visitor') return visitorIdentity();
  const shelf = shelfOf(actor);
  // Looked up once a request, however many calls it makes.
  let token: Promise<string> | undefined;
  return {
    memberId: actor.id,
    holder: `${actor.credential.kind} ${actor.credential.id}`,
    writes: ownWritesOf(actor),
    accessToken: () => (token ??= memberAccessToken(shelf)),
    renew: () => (token = renewMemberToken(shelf)),
  };
}

/**
 * The member's Wix tokens, for another credential of theirs; the access token is good for another minute at least.
 * @throws {Problem} `unauthenticated` when Wix no longer knows the member; outages of Wix.
 */
export async function wixTokensOf(member: Member): Promise<MemberTokens> {
  const shelf = shelfOf(member);
  await memberAccessToken(shelf);
  const tokens = await shelf.read();
  if (!tokens) throw new Problem('unauthenticated', { reason: 'the session ended meanwhile' });
  return tokens;
}

/** The Wix tokens of the credential that the member came with; they end together. */
function shelfOf({ id: memberId, credential }: Member): TokenShelf {
  const { wixTokens } = stores();
  return {
    credentialId: credential.id,
    read: () => wixTokens.read(credential),
    write: (tokens) => wixTokens.write(credential, tokens),
    end: () => endCredential(memberId, credential),
  };
}
