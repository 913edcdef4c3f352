import { provided } from '../../provided.ts';
import type { AccessTokenStore } from './access-token-store.ts';
import type { CredentialRef } from './actor.ts';
import type { MemberStore } from './member-store.ts';
import type { PasswordResetStore } from './password-reset-store.ts';
import type { PendingCodes } from './pending-codes.ts';
import type { SessionStore } from './session-store.ts';
import type { WixTokenVault } from './wix-token-vault.ts';

/** Everything this process keeps of members and their credentials. */
export type AuthStores = Readonly<{
  members: MemberStore;
  sessions: SessionStore;
  accessTokens: AccessTokenStore;
  pendingCodes: PendingCodes;
  passwordResets: PasswordResetStore;
  wixTokens: WixTokenVault;
}>;

export const [provideStores, stores] = provided<AuthStores>('stores of credentials');

/** Ends the one credential, of whichever kind. */
export async function endCredential(memberId: string, { kind, id }: CredentialRef): Promise<void> {
  if (kind === 'session') await stores().sessions.end(id);
  else await stores().accessTokens.end(memberId, id);
}

/** Ends all codes, sessions and access tokens of a member, but for one session when that is named. */
export async function endAllCredentials(memberId: string, exceptSession?: string): Promise<void> {
  // In the order in which one makes the other: a code becomes a session, and a session makes tokens.
  await stores().pendingCodes.endAll(memberId);
  await stores().sessions.endAll(memberId, exceptSession);
  await stores().accessTokens.endAll(memberId);
}
