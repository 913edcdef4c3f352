import { visitorIdentity, type WixIdentity } from '../wix/context.ts';
import { memberAccessToken, renewMemberToken, type TokenShelf } from '../wix/member-tokens.ts';
import type { Actor, Member } from './actor.ts';
import { endCredential, stores } from './stores.ts';

/** As whom the actor's plain calls go out at Wix. Nothing is asked of Wix until a call really does. */
export function wixIdentityOf(actor: Actor): WixIdentity {
  if (actor.kind === 'visitor') return visitorIdentity();
  const shelf = shelfOf(actor);
  // Looked up once a request, however many calls it makes.
  let token: Promise<string> | undefined;
  return {
    memberId: actor.id,
    accessToken: () => (token ??= memberAccessToken(shelf)),
    renew: () => (token = renewMemberToken(shelf)),
  };
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
