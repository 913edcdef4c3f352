import { z } from 'zod';
import type { Database } from '../store/database.ts';
import type { Keyring } from '../store/keyring.ts';
import type { MemberTokens } from '../wix/member-tokens.ts';
import type { CredentialRef } from './actor.ts';

const StoredTokens = z.strictObject({
  accessToken: z.string(),
  expiresAt: z.number(),
  refreshToken: z.string(),
});

/** The member's Wix tokens of one credential, encrypted at rest. They never leave the server. */
export interface WixTokenVault {
  /** `null` when the credential has ended, or its tokens were sealed with a key that is gone. */
  read(credential: CredentialRef): Promise<MemberTokens | null>;
  write(credential: CredentialRef, tokens: MemberTokens): Promise<void>;
  /**
   * Seals with the newest key what older ones have sealed, so that an old key can be dropped afterwards. What does not
   * open stays as it is.
   * @returns how many were sealed again.
   */
  reseal(): Promise<number>;
}

const RESEAL_BATCH = 200;

const TABLES = { session: 'session', 'access-token': 'access_token' } as const;

export function wixTokenVault(database: Database, keyring: Keyring): WixTokenVault {
  async function resealIn(table: 'session' | 'access_token'): Promise<number> {
    let resealed = 0;
    let after = '';
    for (;;) {
      const rows = await database
        .selectFrom(table)
        .select(['id', 'wix_tokens'])
        .where('wix_tokens', 'not like', `${keyring.id}.%`)
        .where('id', '>', after)
        .orderBy('id')
        .limit(RESEAL_BATCH)
        .execute();
      for (const { id, wix_tokens } of rows) {
        const tokens = openTokens(keyring, id, wix_tokens);
        if (!tokens) continue;
        const { numUpdatedRows } = await database
          .updateTable(table)
          .set({ wix_tokens: sealTokens(keyring, id, tokens) })
          .where('id', '=', id)
          // Unless they were renewed meanwhile.
          .where('wix_tokens', '=', wix_tokens)
          .executeTakeFirst();
        resealed += Number(numUpdatedRows);
      }
      if (rows.length < RESEAL_BATCH) return resealed;
      after = rows.at(-1)?.id ?? '';
    }
  }

  return {
    async read({ kind, id }) {
      const row = await database
        .selectFrom(TABLES[kind])
        .select('wix_tokens')
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? openTokens(keyring, id, row.wix_tokens) : null;
    },
    async write({ kind, id }, tokens) {
      await database
        .updateTable(TABLES[kind])
        .set({ wix_tokens: sealTokens(keyring, id, tokens) })
        .where('id', '=', id)
        .execute();
    },
    reseal: async () => (await resealIn('session')) + (await resealIn('access_token')),
  };
}

/** Bound to the row they are kept in: copied into another one they do not open. */
export function sealTokens(keyring: Keyring, rowId: string, tokens: MemberTokens): string {
  return keyring.seal(rowId, JSON.stringify(tokens));
}

/** Tokens sealed with a key that is no longer ours are gone for good: their member has to sign in again. */
export function openTokens(keyring: Keyring, rowId: string, sealed: string): MemberTokens | null {
  try {
    return StoredTokens.parse(JSON.parse(keyring.unseal(rowId, sealed)));
  } catch {
    return null;
  }
}
