import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Finding } from '../../src/lib/doctor/finding.ts';
import { asVisitor, people } from '../actors.ts';
import { openSite } from '../harness.ts';

/** `npm run doctor` as it is typed: its exit code, and what it leaves alone. */

type Outcome = Readonly<{ exitCode: number; stdout: string; stderr: string }>;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-doctor-'));
});

afterEach(() => rm(folder, { recursive: true }));

function doctor(
  variables: Record<string, string>,
  { flags = [], before = [] }: { flags?: string[]; before?: string[] } = {},
): Promise<Outcome> {
  const env = { PATH: process.env['PATH'], DATA_DIR: folder, ...variables };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...before, 'scripts/doctor.ts', ...flags],
      { env, timeout: 20_000 },
      (_, stdout, stderr) => resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const wrongIn = ({ stdout }: Outcome): string[] =>
  (JSON.parse(stdout) as { findings: Finding[] }).findings
    .filter(({ level }) => level !== 'ok')
    .map(({ level, subject }) => `${level} ${subject}`);

test('beside a running site it finds nothing wrong, and the site goes on as before', async () => {
  const site = await openSite();
  const { hostname: HOST, port: PORT } = new URL(site.address);
  try {
    const registered = site.emulator.app;
    site.emulator.clearCalls();
    const healthy = await doctor({ DATA_DIR: site.dataFolder, HOST, PORT }, { flags: ['--json'] });
    expect(healthy).toMatchObject({ exitCode: 0, stderr: '' });
    expect(wrongIn(healthy)).toEqual([]);
    // Asked at another port than the site's, it is told so, and registers nothing itself.
    const elsewhere = await doctor({ DATA_DIR: site.dataFolder, HOST, PORT: '9' }, { flags: ['--json'] });
    expect(wrongIn(elsewhere)).toEqual(['fault redirect URI']);
    expect(elsewhere.exitCode).toBe(1);
    expect(site.emulator.app).toEqual(registered);
    expect(site.emulator.calls).toEqual([]);
    const answer = await asVisitor(site).post('/api/auth/login', people.ada);
    expect(answer.status).toBe(200);
  } finally {
    await site.stop();
  }
});

test('without a data folder it looks at what the first start would make, and keeps its journal alone', async () => {
  const outcome = await doctor({});
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  expect(outcome.stdout).toContain('there is no data folder yet');
  expect(await readdir(folder)).toEqual(['journal']);
});

const live = {
  WIX_CLIENT_ID: '11111111-1111-4111-8111-111111111111',
  WIX_CLIENT_SECRET: 'the-secret-of-the-client',
  WIX_CLIENT_INSTANCE_ID: '55555555-5555-4555-8555-555555555555',
  SITE_ORIGIN: 'https://members.example.com',
  SECRETS_KEY: 'Jd0DdO1qGS5cR0cCEr9XoZ8pl5Ycn2P0H2nUqbTzF4s=',
};

test.each([
  ['never answers', (address: string) => `const send = fetch; globalThis.fetch = () => send('${address}')`],
  ['cannot be reached', () => 'globalThis.fetch = () => Promise.reject(new TypeError("fetch failed"))'],
])('SU-03 when Wix %s it ends with 2, says so, and repeats no secret', async (_, code) => {
  const mute = createServer(() => {}).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const { port } = mute.address() as AddressInfo;
  const script = encodeURIComponent(code(`http://127.0.0.1:${port}`));
  const before = ['--import', `data:text/javascript,${script}`];
  const outcome = await doctor({ ...live, WIX_TIMEOUT_MS: '300' }, { before });
  mute.close();
  expect(outcome.exitCode).toBe(2);
  expect(outcome.stdout).toMatch(/^unchecked {2}Wix: could not be asked further/m);
  for (const secret of [live.WIX_CLIENT_SECRET, live.SECRETS_KEY])
    expect(outcome.stdout + outcome.stderr).not.toContain(secret);
});

test('a variable that is missing ends with 1, and Wix is not asked', async () => {
  const code = 'globalThis.fetch = () => { console.error("asked"); return Promise.reject(new TypeError()) }';
  const before = ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
  const outcome = await doctor({ ...live, SECRETS_KEY: '' }, { before });
  expect(outcome).toMatchObject({ exitCode: 1, stderr: '' });
  expect(outcome.stdout).toMatch(/^fault {6}SECRETS_KEY: is missing/m);
});

test('a data folder that cannot be read ends with 2, and stays as it is', async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'wix-emulator.sqlite'), 'no database at all, but long enough to be looked at');
  const keyless = await doctor({});
  expect(keyless.exitCode).toBe(2);
  expect(keyless.stderr).toContain('offline-keys.json is missing');
  await writeFile(join(folder, 'offline-keys.json'), JSON.stringify({ app: {}, secretsKey: '' }));
  const damaged = await doctor({});
  expect(damaged.exitCode).toBe(2);
  expect(damaged.stderr).toContain('wix-emulator.sqlite');
  expect(await readdir(folder)).toEqual(['offline-keys.json', 'wix-emulator.sqlite']);
});

test('a flag it does not know ends with 2 and the usage', async () => {
  const outcome = await doctor({}, { flags: ['--fix'] });
  expect(outcome.exitCode).toBe(2);
  expect(outcome.stderr).toContain('usage: npm run -s doctor');
});
