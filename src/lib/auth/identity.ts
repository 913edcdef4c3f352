import { visitorIdentity, type WixIdentity } from '../wix/context.ts';
import { memberAccessToken, renewMemberToken } from '../wix/member-tokens.ts';
import type { Actor } from './actor.ts';
import { sessions } from './sessions.ts';

/** As whom the actor's plain calls go out at Wix. Nothing is asked of Wix until a call really does. */
export function wixIdentityOf(actor: Actor): WixIdentity {
  if (actor.kind === 'visitor') return visitorIdentity();
  const { id: memberId, sessionId } = actor;
  const store = sessions();
  const shelf = {
    sessionId,
    read: () => store.wixTokens.read(sessionId),
    write: store.wixTokens.write.bind(null, sessionId),
    end: () => store.end(sessionId),
  };
  // Looked up once a request, however many calls it makes.
  let token: Promise<string> | undefined;
  return {
    memberId,
    accessToken: () => (token ??= memberAccessToken(shelf)),
    renew: () => (token = renewMemberToken(shelf)),
  };
}
