import { provided } from '../../provided.ts';
import type { AccessTokenStore } from './access-token-store.ts';
import type { CredentialRef } from './actor.ts';
import type { AuthorizationCodeStore } from './authorization-code-store.ts';
import type { MemberStore } from './member-store.ts';
import type { PasswordResetStore } from './password-reset-store.ts';
import type { SessionStore } from './session-store.ts';
import type { SignInFloorStore } from './sign-in-floor-store.ts';
import type { WixTokenVault } from './wix-token-vault.ts';

/** Everything this process keeps of members and their credentials. */
export type AuthStores = Readonly<{
  members: MemberStore;
  sessions: SessionStore;
  accessTokens: AccessTokenStore;
  authorizationCodes: AuthorizationCodeStore;
  passwordResets: PasswordResetStore;
  signInFloors: SignInFloorStore;
  wixTokens: WixTokenVault;
}>;

export const [provideStores, stores] = provided<AuthStores>('stores of credentials');

/** Ends the one credential, of whichever kind. */
export async function endCredential(memberId: string, { kind, id }: CredentialRef): Promise<void> {
  if (kind === 'session') await stores().sessions.end(id);
  else await stores().accessTokens.end(memberId, id);
}

/**
 * Ends all sessions, codes and access tokens of a member, but for one session when that is named. Sessions go first:
 * from then on none of them can make another code or token. And once more, for one that a code became meanwhile.
 */
export async function endAllCredentials(memberId: string, exceptSession?: string): Promise<void> {
  const { sessions, authorizationCodes, accessTokens } = stores();
  await sessions.endAll(memberId, exceptSession);
  await authorizationCodes.endAll(memberId);
  await sessions.endAll(memberId, exceptSession);
  await accessTokens.endAll(memberId);
}
