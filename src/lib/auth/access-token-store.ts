import { randomUUID } from 'node:crypto';
import { Problem } from '../http/problem.ts';
import type { Database } from '../store/database.ts';
import type { Keyring } from '../store/keyring.ts';
import type { AccessTokenRow } from '../store/schema.ts';
import type { MemberTokens } from '../wix/member-tokens.ts';
import { MEMBER_COLUMNS, toKeptMember, type KeptMember } from './member-store.ts';
import { LAST_SEEN_EVERY_MS } from './session-store.ts';
import { createToken, hashToken, isToken } from './token.ts';
import { sealTokens } from './wix-token-vault.ts';

/** How much of a token is kept to be shown: enough to tell one's own apart, far too little to guess the rest. */
const SHOWN_CHARACTERS = 'gh_pat_'.length + 6;

const TOKEN_COLUMNS = [
  'access_token.id as token_id',
  'prefix',
  'member_id',
  'name',
  'scopes',
  'created_at',
  'expires_at',
  'last_used_at',
] as const;

/** A personal access token, as its owner may see it again. */
export type AccessToken = Readonly<{
  id: string;
  memberId: string;
  name: string;
  /** How the token begins. */
  prefix: string;
  scopes: readonly string[];
  createdAt: Date;
  /** `null` for one without an end. */
  expiresAt: Date | null;
  /** To the hour; `null` until it is used. */
  lastUsedAt: Date | null;
}>;

/** How many living tokens a member may have. */
export const TOKENS_PER_MEMBER = 50;

/** Where personal access tokens are kept: scoped, ended one by one, and never shown twice. */
export interface AccessTokenStore {
  /**
   * Makes one for a member who is signed in. The token is returned once and never stored.
   * @throws {Problem} `invalid-request` for one more than a member may have.
   */
  create(making: {
    memberId: string;
    wixTokens: MemberTokens;
    name: string;
    scopes: readonly string[];
    expiresAt: Date | null;
  }): Promise<{ token: string; accessToken: AccessToken }>;
  /** Whose token this is, and what it was made for; `null` when it is unknown, ended or expired. */
  validate(token: string): Promise<{ accessToken: AccessToken; member: KeptMember } | null>;
  /** The member's tokens that still live, the newest first. */
  list(memberId: string): Promise<readonly AccessToken[]>;
  /** Ends one of the member's tokens; says whether it was there. */
  end(memberId: string, id: string): Promise<boolean>;
  endAll(memberId: string): Promise<void>;
  /** Removes rows whose time is over. */
  sweep(): Promise<void>;
}

export function accessTokenStore(
  database: Database,
  keyring: Keyring,
  now: () => number = () => Date.now(),
): AccessTokenStore {
  return {
    async create({ memberId, wixTokens, name, scopes, expiresAt }) {
      const token = createToken('access-token');
      const id = randomUUID();
      const row: AccessTokenRow = {
        id,
        hash: hashToken(token),
        prefix: token.slice(0, SHOWN_CHARACTERS),
        member_id: memberId,
        name,
        scopes: scopes.join(' '),
        created_at: now(),
        expires_at: expiresAt?.getTime() ?? null,
        last_used_at: null,
        wix_tokens: sealTokens(keyring, id, wixTokens),
      };
      await database.transaction().execute(async (transaction) => {
        await holdMember(transaction, memberId);
        await assertRoomForOneMore(transaction, memberId, now());
        await transaction.insertInto('access_token').values(row).execute();
      });
      return { token, accessToken: toAccessToken(row) };
    },

    async validate(token) {
      if (!isToken('access-token', token)) return null;
      const at = now();
      const row = await database
        .selectFrom('access_token')
        .innerJoin('member', 'member.id', 'access_token.member_id')
        .select(MEMBER_COLUMNS)
        .select(TOKEN_COLUMNS)
        .where('hash', '=', hashToken(token))
        .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', at)]))
        .executeTakeFirst();
      if (!row) return null;
      if (at - (row.last_used_at ?? 0) >= LAST_SEEN_EVERY_MS) {
        await database
          .updateTable('access_token')
          .set({ last_used_at: at })
          .where('id', '=', row.token_id)
          .execute();
      }
      return { accessToken: toAccessToken({ ...row, id: row.token_id }), member: toKeptMember(row) };
    },

    async list(memberId) {
      const at = now();
      const rows = await database
        .selectFrom('access_token')
        .selectAll()
        .where('member_id', '=', memberId)
        .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', at)]))
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(toAccessToken);
    },

    async end(memberId, id) {
      const { numDeletedRows } = await database
        .deleteFrom('access_token')
        .where('member_id', '=', memberId)
        .where('id', '=', id)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    async endAll(memberId) {
      await database.deleteFrom('access_token').where('member_id', '=', memberId).execute();
    },

    async sweep() {
      await database.deleteFrom('access_token').where('expires_at', '<=', now()).execute();
    },
  };
}

function toAccessToken(row: Omit<AccessTokenRow, 'hash' | 'wix_tokens'>): AccessToken {
  return {
    id: row.id,
    memberId: row.member_id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes.split(' '),
    createdAt: new Date(row.created_at),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
  };
}

/** One at a time for each member, on both databases: a write that changes nothing locks their row until the end. */
async function holdMember(transaction: Database, memberId: string): Promise<void> {
  await transaction
    .updateTable('member')
    .set((row) => ({ updated_at: row.ref('updated_at') }))
    .where('id', '=', memberId)
    .execute();
}

async function assertRoomForOneMore(transaction: Database, memberId: string, at: number): Promise<void> {
  const { count } = await transaction
    .selectFrom('access_token')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('member_id', '=', memberId)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', at)]))
    .executeTakeFirstOrThrow();
  if (Number(count) >= TOKENS_PER_MEMBER) {
    throw new Problem('invalid-request', {
      detail: `You have ${TOKENS_PER_MEMBER} access tokens, which is the most one member can have. End one first.`,
    });
  }
}
