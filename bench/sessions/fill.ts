import { createHash } from 'node:crypto';
import { PostgresAdapter, sql } from 'kysely';
import type { Database } from '../../src/lib/store/database.ts';
import { hashToken } from '../../src/lib/auth/token.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Members who have signed in on this many devices each. */
const DEVICES_EACH = 4;

/** Rows that one statement inserts. */
const BATCH = 5_000;

/** About as long as a member's sealed Wix tokens are. */
const WIX_TOKENS = `00000000.${'x'.repeat(1_400)}`;

/** The token of the n-th session; random to look at, the same every time. */
export function tokenOf(n: number): string {
  return `gh_s_${createHash('sha256').update(`token ${n}`).digest('base64url')}`;
}

/** Sessions as if everybody had just signed in, so that checking one writes nothing. */
export async function fill(database: Database, sessions: number): Promise<void> {
  const at = Date.now();
  const isPostgres = database.getExecutor().adapter instanceof PostgresAdapter;
  // What is made up here may be lost in a crash.
  await (isPostgres ? sql`SET synchronous_commit = off` : sql`PRAGMA synchronous = OFF`).execute(database);
  for (let from = 0; from < sessions; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, sessions - from) }, (_, index) => from + index);
    const members = numbers.filter((n) => n % DEVICES_EACH === 0).map(memberOf);
    const rows = numbers.map((n) => [hashToken(tokenOf(n)), memberOf(n)]);
    await insert(
      database,
      sql`member (id, email, email_verified, nickname, first_name, last_name, updated_at)`,
      JSON.stringify(members.map((id) => [id, `${id}@example.com`])),
      sql`1, 'Ada', 'Ada', 'Lovelace', ${at}`,
    );
    await insert(
      database,
      sql`session (id, member_id, device, created_at, last_seen_at, expires_at, absolute_expires_at, wix_tokens)`,
      JSON.stringify(rows),
      sql`'Pixel 9', ${at}, ${at}, ${at + 30 * DAY}, ${at + 90 * DAY}, ${WIX_TOKENS}`,
    );
  }
  await (isPostgres ? sql`SET synchronous_commit = on` : sql`PRAGMA synchronous = FULL`).execute(database);
}

function memberOf(n: number): string {
  return `00000000-0000-4000-8000-${String(Math.floor(n / DEVICES_EACH)).padStart(12, '0')}`;
}

type Text = ReturnType<typeof sql>;

/** One row per pair of `pairs`, with the same values behind it in each. */
async function insert(database: Database, into: Text, pairs: string, rest: Text): Promise<void> {
  const isPostgres = database.getExecutor().adapter instanceof PostgresAdapter;
  const from = isPostgres
    ? sql`json_array_elements(${pairs}::json) AS pair (value)`
    : sql`json_each(${pairs}) AS pair`;
  await sql`INSERT INTO ${into} SELECT pair.value ->> 0, pair.value ->> 1, ${rest} FROM ${from}`.execute(
    database,
  );
}
