import { setTimeout as pause } from 'node:timers/promises';
import { accessTokenOf, actor, asBearer, tokenOf, type Actor, type Answer } from '../actors.ts';
import type { CrowdMember } from '../crowd.ts';
import { openSite, type Site } from '../harness.ts';
import { watchElevatedCalls } from './elevated-calls.ts';
import { foreignContentIn, foreignMarkIn, members, population } from './population.ts';
import { generate, type Asked, type Credential, type Generated } from './requests.ts';
import { faultsInRows } from './stored.ts';

/** So many are under way at once. */
const LANES = 8;
/** After so many, calls and journal are compared. Few enough for the emulator to remember the calls of all. */
const STRETCH = 150;
const CURSORS = 50;

/** What must not be, and the request that showed it where one did. */
export type Finding = Readonly<{
  what: string;
  request?: Asked & Readonly<{ number: number; by: string; with: Credential }>;
  answer?: Readonly<{ status: number; text: string }>;
}>;

export type RoundReport = Readonly<{
  requests: number;
  finding: Finding | null;
  /** How often each status was answered, so that silence is not for want of asking. */
  statuses: ReadonlyMap<number, number>;
  /** Refusals for a missing scope. */
  outOfScope: number;
}>;

/**
 * Sends `count` generated requests to a site of its own and ends at the first thing that must not be: a mark of
 * somebody else, an unexpected failure, an elevated call without its decision, a row that somebody else has changed.
 */
export async function runRound(
  count: number,
  seed: number,
  progress: (done: number) => void = () => undefined,
): Promise<RoundReport> {
  const site = await openSite(population);
  try {
    const senders = await sendersOf(site);
    return await send(site, senders, generate(count, seed), progress);
  } finally {
    await site.stop();
  }
}

type Senders = ReadonlyMap<CrowdMember, Readonly<Record<Credential, Actor>>>;

async function sendersOf(site: Site): Promise<Senders> {
  const entries = members.map(async (member) => {
    const token = await tokenOf(site, member);
    const app = asBearer(site, member.email, token);
    const scopes = ['SITConnections:query', 'SITConnections:update', 'Introductions:query'];
    const script = await accessTokenOf(app, scopes);
    const headers = {
      cookie: `__Host-gatehouse=${await tokenOf(site, member)}`,
      origin: site.address,
      'sec-fetch-site': 'same-origin',
    };
    const senders = {
      app,
      script: asBearer(site, member.email, script.token),
      browser: actor(site, member.email, headers),
    };
    return [member, senders] as const;
  });
  return new Map(await Promise.all(entries));
}

async function send(
  site: Site,
  senders: Senders,
  plan: readonly Generated[],
  progress: (done: number) => void,
): Promise<RoundReport> {
  const cursors: string[] = [];
  const removed = new Set<string>();
  const statuses = new Map<number, number>();
  const elevated = watchElevatedCalls(site);
  let outOfScope = 0;
  const seen: { finding: Finding | null } = { finding: null };
  let next = 0;

  const one = async (number: number, { by, with: credential, ask }: Generated): Promise<void> => {
    const asked = ask(by, cursors);
    const sender = senders.get(by)?.[credential];
    if (!sender) throw new Error(`${by.email} has no ${credential}`);
    const { path, ...init } = asked;
    const answer = await sender.send(path, init);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    if (answer.body?.code === 'insufficient-scope') outOfScope += 1;
    const what = wrongIn(answer, by, credential);
    seen.finding ??=
      what === null ? null : { what, request: { number, by: by.email, with: credential, ...asked }, answer };
    keepCursor(asked, answer, cursors);
    for (const id of removedBy(asked, answer)) removed.add(id);
  };
  const lane = async (end: number): Promise<void> => {
    for (let at = next++; at < end && !seen.finding; at = next++) await one(at, plan[at] as Generated);
  };

  for (let done = 0; done < plan.length && !seen.finding;) {
    const end = Math.min(done + STRETCH, plan.length);
    next = done;
    await Promise.all(Array.from({ length: LANES }, () => lane(end)));
    const [unmatched] = elevated.disagreements();
    if (unmatched !== undefined)
      seen.finding ??= { what: `journal and calls, requests ${done} to ${end}: ${unmatched}` };
    done = end;
    progress(done);
    // So that timers and signals get their turn.
    await pause(0);
  }
  const [fault] = [...elevated.faults(), ...(await faultsInRows(site.emulator, removed))];
  if (fault !== undefined) seen.finding ??= { what: fault };
  return { requests: plan.length, finding: seen.finding, statuses, outOfScope };
}

function wrongIn(answer: Answer, by: CrowdMember, credential: Credential): string | null {
  const { status, body, text } = answer;
  if (status >= 500) return `an answer of ${status}`;
  if (body?.code === 'insufficient-scope' && credential !== 'script') return 'a session without a scope';
  const mark = status >= 400 ? foreignContentIn(text, by) : foreignMarkIn(shownIn(answer), by);
  if (mark !== undefined) return `a foreign mark: ${mark}`;
  const headers = [...answer.headers].map((header) => header.join(': ')).join('\n');
  const inHeaders = foreignContentIn(headers, by);
  return inHeaders === undefined ? null : `a foreign mark in a header: ${inHeaders}`;
}

/** What an answer shows of rows, and what its cursor holds: that is signed, and not sealed. */
function shownIn({ text, body }: Answer): string {
  if (body === undefined) return text;
  const cursor = String(body.page?.next ?? '').split('.')[0] ?? '';
  return JSON.stringify(body) + Buffer.from(cursor, 'base64url').toString();
}

function keepCursor({ method, path }: Asked, { body }: Answer, cursors: string[]): void {
  const cursor: unknown = body?.page?.next;
  if (method !== 'GET' || typeof cursor !== 'string') return;
  const [route = '', search] = path.split('?');
  const query = new URLSearchParams(search);
  query.set('cursor', cursor);
  cursors.push(`${route}?${query}`);
  if (cursors.length > CURSORS) cursors.shift();
}

/** Rows that went because somebody asked for it and was told that it is done. */
function removedBy({ method, path }: Asked, { status, body, headers }: Answer): string[] {
  const id = path.split('?')[0]?.split('/') ?? [];
  if (method === 'DELETE' && status === 204) return id.slice(-1);
  if (method === 'POST' && headers.get('location') === '/connections?done=removed') return id.slice(-2, -1);
  const results = (path.endsWith('/bulk') && body?.results) || [];
  return (results as { status: number; id?: string }[]).flatMap((one) =>
    one.status === 204 && one.id !== undefined ? [one.id] : [],
  );
}
