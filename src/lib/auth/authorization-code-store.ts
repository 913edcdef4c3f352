import type { Database } from '../store/database.ts';
import type { Keyring } from '../store/keyring.ts';
import type { MemberTokens } from '../wix/member-tokens.ts';
import { createToken, hashToken, isToken } from './token.ts';
import { openTokens, sealTokens } from './wix-token-vault.ts';

/** Long enough for a phone to switch from the browser to the app: RFC 6749 §4.1.2 allows ten minutes. */
export const CODE_LIFETIME_MS = 60 * 1000;

/** So long a used code is remembered, that a second use of it is noticed. */
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

/** What stands in `session_id` while there is no session. */
const CLAIMED = 'claimed';
const VOID = 'void';

/** What a member agreed to, and what the app has to show for it. */
export type CodeGrant = Readonly<{
  memberId: string;
  /** RFC 7636 §4.2, S256. */
  codeChallenge: string;
  redirectUri: string;
  clientId: string | null;
  device: string | null;
  wixTokens: MemberTokens;
}>;

/** What a code turned out to be worth; `usedFor` is the session that came of an earlier use. */
export type Claim =
  Readonly<{ state: 'valid'; grant: CodeGrant }> | Readonly<{ state: 'invalid'; usedFor: string | null }>;

/** One-time codes on their way to native apps. A code itself is never kept, only its hash. */
export interface AuthorizationCodeStore {
  /** @returns the code, shown once. */
  issue(grant: CodeGrant): Promise<string>;
  /** Takes a code to be exchanged: of several at once, one gets it, and the others make it void. */
  claim(code: string): Promise<Claim>;
  /** Notes what a claimed code was exchanged for. `false` when it was used again meanwhile. */
  complete(code: string, sessionId: string): Promise<boolean>;
  /** Gives a claimed code back, since the exchange failed through no fault of the app. */
  release(code: string): Promise<void>;
  /** Ends a claimed code without an exchange. */
  burn(code: string): Promise<void>;
  /** Ends every code of the member that was not exchanged yet. */
  endAll(memberId: string): Promise<void>;
  /** Removes rows whose time is over. */
  sweep(): Promise<void>;
}

export function authorizationCodeStore(
  database: Database,
  keyring: Keyring,
  now: () => number = Date.now,
): AuthorizationCodeStore {
  /** Moves a claimed code on. One statement, so that of two that try one does. */
  async function settle(hash: string, changes: { session_id: string | null; wix_tokens?: string }) {
    const { numUpdatedRows } = await database
      .updateTable('authorization_code')
      .set(changes)
      .where('hash', '=', hash)
      .where('session_id', '=', CLAIMED)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** A second use: whoever is exchanging it gets nothing, and whoever has is named. */
  async function usedAgain(hash: string): Promise<Claim> {
    await settle(hash, { session_id: VOID, wix_tokens: '' });
    const row = await database
      .selectFrom('authorization_code')
      .select('session_id')
      .where('hash', '=', hash)
      .executeTakeFirst();
    const used = row?.session_id ?? null;
    return { state: 'invalid', usedFor: used === CLAIMED || used === VOID ? null : used };
  }

  return {
    async issue({ memberId, codeChallenge, redirectUri, clientId, device, wixTokens }) {
      const code = createToken('authorization-code');
      const hash = hashToken(code);
      await database
        .insertInto('authorization_code')
        .values({
          hash,
          member_id: memberId,
          code_challenge: codeChallenge,
          redirect_uri: redirectUri,
          client_id: clientId,
          device,
          wix_tokens: sealTokens(keyring, hash, wixTokens),
          expires_at: now() + CODE_LIFETIME_MS,
          session_id: null,
        })
        .execute();
      return code;
    },

    async claim(code) {
      if (!isToken('authorization-code', code)) return { state: 'invalid', usedFor: null };
      const hash = hashToken(code);
      const row = await database
        .updateTable('authorization_code')
        .set({ session_id: CLAIMED })
        .where('hash', '=', hash)
        .where('session_id', 'is', null)
        .where('expires_at', '>', now())
        .returningAll()
        .executeTakeFirst();
      if (!row) return usedAgain(hash);
      const wixTokens = openTokens(keyring, hash, row.wix_tokens);
      if (!wixTokens) return { state: 'invalid', usedFor: null };
      const grant = {
        memberId: row.member_id,
        codeChallenge: row.code_challenge,
        redirectUri: row.redirect_uri,
        clientId: row.client_id,
        device: row.device,
        wixTokens,
      };
      return { state: 'valid', grant };
    },

    complete: (code, sessionId) => settle(hashToken(code), { session_id: sessionId, wix_tokens: '' }),
    release: async (code) => void (await settle(hashToken(code), { session_id: null })),
    burn: async (code) => void (await settle(hashToken(code), { session_id: VOID, wix_tokens: '' })),

    async endAll(memberId) {
      await database
        .updateTable('authorization_code')
        .set({ session_id: VOID, wix_tokens: '' })
        .where('member_id', '=', memberId)
        .where((where) => where.or([where('session_id', 'is', null), where('session_id', '=', CLAIMED)]))
        .execute();
    },

    async sweep() {
      await database
        .deleteFrom('authorization_code')
        .where((where) =>
          where.or([
            where('expires_at', '<=', now() - REMEMBERED_MS),
            where.and([where('expires_at', '<=', now()), where('session_id', 'is', null)]),
          ]),
        )
        .execute();
    },
  };
}
