import autocannon from 'autocannon';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWixEmulator } from '../../packages/wix-emulator/src/index.ts';
import { luciaSessionStore } from '../../src/lib/auth/lucia-session-store.ts';
import { openDatabase } from '../../src/lib/store/database.ts';
import { keyring } from '../../src/lib/store/keyring.ts';
import { demoSeed } from '../../server/offline.ts';
import { crowd, toSeedMember } from '../../tests/crowd.ts';

const CONNECTIONS = 16;
const SECONDS = 8;
const people = crowd(50);

/** Sign-ins a second by the API, beside what their parts could do alone: the smallest of them is the limit. */
export async function measureLogins(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  try {
    const figures = [
      ['sign-ins by POST /api/auth/login, all parts', await throughHttp(join(folder, 'site'))],
      ['passwords that the emulator checks (argon2id)', await passwords(join(folder, 'wix.sqlite'))],
      ['sessions written to SQLite, each to the disk', await sessionsWritten(join(folder, 'sessions'))],
    ] as const;
    for (const [what, rate] of figures) console.log(`${what.padEnd(48)} ${rate.toFixed(0).padStart(6)} /s`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function throughHttp(dataFolder: string): Promise<number> {
  const child = fork('bench/site.ts', {
    env: {
      ...process.env,
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: dataFolder,
      ROWS: '1000',
      LOG_LEVEL: 'error',
      RATE_LIMITS: 'off',
    },
  });
  const [{ address }] = (await once(child, 'message')) as [{ address: string }];
  const requests = people.map(({ email, password }) => ({
    method: 'POST' as const,
    path: '/api/auth/login',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  }));
  const result = await autocannon({ url: address, requests, connections: CONNECTIONS, duration: SECONDS });
  child.disconnect();
  await once(child, 'exit');
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} sign-ins were refused`);
  return result.requests.average;
}

async function passwords(data: string): Promise<number> {
  const emulator = await createWixEmulator({
    data,
    seed: { ...demoSeed, members: people.map(toSeedMember) },
  });
  const post = async (path: string, body: unknown, authorization = '') => {
    const headers = { 'content-type': 'application/json', authorization };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await emulator.fetch(new Request(`https://www.wixapis.com${path}`, init));
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { access_token: string };
  };
  const { clientId } = emulator.app;
  const { access_token: visitor } = await post('/oauth2/token', { clientId, grantType: 'anonymous' });
  const rate = await perSecond((n) => {
    const { email, password } = people[n % people.length] ?? { email: '', password: '' };
    return post('/_api/iam/authentication/v2/login', { loginId: { email }, password }, visitor);
  });
  emulator.close();
  return rate;
}

async function sessionsWritten(dataFolder: string): Promise<number> {
  const { database } = await openDatabase({ dataFolder, poolSize: 1 });
  const store = luciaSessionStore(database, keyring(Buffer.alloc(32, 7)));
  const wixTokens = { accessToken: 'x'.repeat(700), expiresAt: 0, refreshToken: 'x'.repeat(300) };
  const rate = await perSecond((n) => {
    const { id, email } = people[n % people.length] ?? { id: '', email: '' };
    const member = { id, email, emailVerified: true, nickname: null, firstName: null, lastName: null };
    return store.create({ member, wixTokens, device: null });
  });
  await database.destroy();
  return rate;
}

/** As many at once as the connections above. */
async function perSecond(work: (n: number) => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  const end = begin + (SECONDS * 1000) / 2;
  let done = 0;
  const streams = Array.from({ length: CONNECTIONS }, async () => {
    while (performance.now() < end) {
      await work(done);
      done += 1;
    }
  });
  await Promise.all(streams);
  return (done * 1000) / (performance.now() - begin);
}
