import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { createWixEmulator } from '../../packages/wix-emulator/src/index.ts';
import type { Seed, WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import { app as sharedApp, openCollection, send } from './support.ts';

/** A request the real SDK sent, and the status this emulator answers. */
type Capture = {
  call: string;
  method: string;
  host: string;
  path: string;
  query?: string;
  r?: unknown;
  body?: unknown;
  authorization?: string;
  status: number;
};

const captures = JSON.parse(
  readFileSync(new URL('captures/requests.json', import.meta.url), 'utf8'),
) as Capture[];

const app = { ...sharedApp, redirectUris: ['https://app.example.test/callback'] };
const ann = { id: '77777777-7777-4777-8777-777777777777', loginEmail: 'ann@example.test' };

test('the recording is there', () => {
  expect(captures.length).toBeGreaterThan(100);
});

test.each(captures.map((capture) => [capture.call, capture] as const))('%s', async (_, capture) => {
  const wix = await siteFor(capture);
  const replay = await withLiveSecrets(wix, capture);
  const query =
    replay.r === undefined
      ? replay.query
      : `.r=${Buffer.from(JSON.stringify(replay.r)).toString('base64url')}`;
  const path = `${encodeURI(replay.path)}${query === undefined ? '' : `?${query}`}`;
  const answer = await send(wix, replay.method, path, {
    host: replay.host,
    ...(replay.body !== undefined && { body: replay.body }),
    ...(replay.authorization !== undefined && { token: replay.authorization }),
    ...(replay.authorization === app.apiKey && { headers: { 'wix-site-id': app.instanceId } }),
  });
  const text = await answer.text();
  expect(answer.status, text).toBe(capture.status);
  expect(JSON.parse(text)).toBeTypeOf('object');
});

const toNotes = { referencedCollectionId: 'Notes' };

/** Ann, and the notes the recording talks about. */
async function siteFor({ call, path, body }: Capture): Promise<WixEmulator> {
  const fields = [
    { key: 'author', type: 'REFERENCE' as const, typeMetadata: { reference: toNotes } },
    // Tags are texts everywhere but in one recording, which takes them for references.
    ...['links', ...(call.includes('include two') ? ['tags'] : [])].map((key) => ({
      key,
      type: 'MULTI_REFERENCE' as const,
      typeMetadata: { multiReference: toNotes },
    })),
  ];
  const password = (body as { password?: string } | undefined)?.password ?? 'correct horse';
  const isNew = path.endsWith('/register') || call.endsWith(': createMember');
  const notes = ['id-0', 'id-1', 'id-2', 'a/b c'].map((_id, n) => ({
    _id,
    title: `T${n}`,
    n: 1,
    tags: ['a'],
    a: 1,
  }));
  const indexes = call.endsWith('dropIndex') ? [{ name: 'by_title', fields: [{ path: 'title' }] }] : [];
  const seed: Seed = {
    members: isNew ? [] : [{ ...ann, password }],
    collections: call.endsWith(': createDataCollection')
      ? []
      : [{ ...openCollection('Notes', notes), fields, indexes }],
  };
  const wix = await createWixEmulator({ data: ':memory:', app, seed });
  onTestFinished(() => wix.close());
  return wix;
}

/** Puts secrets of the running site where the recording has those of its stub. */
async function withLiveSecrets(wix: WixEmulator, capture: Capture): Promise<Capture> {
  let text = JSON.stringify(capture);
  for (const [recorded, live] of secrets) {
    const quoted = JSON.stringify(recorded);
    if (text.includes(quoted)) text = text.replaceAll(quoted, JSON.stringify(await live(wix)));
  }
  if (text.includes('<1500 x>')) text = text.replace('<1500 x>', 'x'.repeat(1500));
  return JSON.parse(text) as Capture;
}

/** In order: a verification code is mailed when its state begins. */
const secrets: readonly (readonly [recorded: string, live: (wix: WixEmulator) => Promise<string>])[] = [
  ['OauthNG.JWS.visitor-access', async (wix) => (await visitor(wix)).access_token],
  ['JWS.visitor-refresh', async (wix) => (await visitor(wix)).refresh_token],
  ['OauthNG.JWS.member-access', async (wix) => (await member(wix)).access_token],
  ['JWS.member-refresh', async (wix) => (await member(wix)).refresh_token],
  ['OauthNG.JWS.frontend-token', async (wix) => (await member(wix)).access_token],
  [
    'OauthNG.JWS.visitor-access,IST.api-key',
    async (wix) => `${(await visitor(wix)).access_token},${wix.app.apiKey}`,
  ],
  ['JWS.sso-session', signOn],
  ['IST.k', (wix) => Promise.resolve(wix.app.apiKey)],
  ['CODE', code],
  ['STATE-TOKEN', stateToken],
  ['STATE-TOKEN-2', stateToken],
  ['123456', async (wix) => wix.outbox.at(-1)?.code ?? ''],
  ['CURSOR-NEXT', cursor],
];

type Tokens = { access_token: string; refresh_token: string };

async function token(wix: WixEmulator, body: Record<string, string>): Promise<Tokens> {
  return (await (await send(wix, 'POST', '/oauth2/token', { body })).json()) as Tokens;
}

const visitor = (wix: WixEmulator) => token(wix, { grantType: 'anonymous', clientId: app.clientId });

async function signOn(wix: WixEmulator): Promise<string> {
  const answer = await send(wix, 'POST', '/_api/iam/authentication/v2/sign-on', {
    token: app.apiKey,
    headers: { 'wix-site-id': app.instanceId },
    body: { loginId: { email: ann.loginEmail } },
  });
  return ((await answer.json()) as { sessionToken: string }).sessionToken;
}

const codeVerifier = 'v'.repeat(43);

async function code(wix: WixEmulator): Promise<string> {
  const answer = await send(wix, 'POST', '/_api/iam/authentication/v2/login', {
    token: (await visitor(wix)).access_token,
    body: { loginId: { email: ann.loginEmail }, password: 'correct horse' },
  });
  const { sessionToken } = (await answer.json()) as { sessionToken: string };
  const query = new URLSearchParams({
    clientId: app.clientId,
    redirectUri: app.redirectUris[0] ?? '',
    responseType: 'code',
    responseMode: 'query',
    state: 's',
    codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    codeChallengeMethod: 'S256',
    prompt: 'none',
    sessionToken,
  });
  const redirect = await send(wix, 'GET', `/_api/oauth2/authorize?${query}`);
  return new URL(redirect.headers.get('location') ?? '').searchParams.get('code') ?? '';
}

async function member(wix: WixEmulator): Promise<Tokens> {
  const redirectUri = app.redirectUris[0] ?? '';
  return token(wix, {
    grantType: 'authorization_code',
    clientId: app.clientId,
    code: await code(wix),
    codeVerifier,
    redirectUri,
  });
}

async function cursor(wix: WixEmulator): Promise<string> {
  const { access_token } = await visitor(wix);
  const body = { dataCollectionId: 'Notes', query: { cursorPaging: { limit: 1 } } };
  const answer = await send(wix, 'POST', '/wix-data/v2/items/query', { token: access_token, body });
  return ((await answer.json()) as { pagingMetadata: { cursors: { next: string } } }).pagingMetadata.cursors
    .next;
}

async function stateToken(wix: WixEmulator): Promise<string> {
  wix.members.setLoginEmailVerified(ann.id, false);
  wix.settings.set({ emailVerification: true });
  const answer = await send(wix, 'POST', '/_api/iam/authentication/v2/login', {
    token: (await visitor(wix)).access_token,
    body: { loginId: { email: ann.loginEmail }, password: 'correct horse' },
  });
  return ((await answer.json()) as { stateToken: string }).stateToken;
}
