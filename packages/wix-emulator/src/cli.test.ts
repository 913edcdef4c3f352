import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';

const CLI = new URL('./cli.ts', import.meta.url).pathname;
const ROOT = new URL('../../..', import.meta.url);

// Each test starts processes, and machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

let data = '';

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'wix-emulator-'));
  data = join(folder, 'site');
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

/** Runs the command to its end. */
async function run(
  env: Record<string, string>,
  ...options: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const command = start(options, env);
  const code = await command.ended;
  return { code, out: command.out(), err: command.err() };
}

function start(options: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [CLI, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  return { child, ended, out: () => out, err: () => err };
}

/** Starts a server and reads what it tells about itself. */
async function serveIn(folder: string, ...options: string[]) {
  const command = start(['--port', '0', '--data', folder, ...options]);
  await expect.poll(command.out, { timeout: 30_000 }).toContain('Logins may return to');
  const told = (name: string) => new RegExp(`${name}=(\\S+)`).exec(command.out())?.[1] ?? '';
  return {
    ...command,
    address: /http:\S+/.exec(command.out())?.[0] ?? '',
    clientId: told('WIX_CLIENT_ID'),
    clientSecret: told('WIX_CLIENT_SECRET'),
    instanceId: told('WIX_CLIENT_INSTANCE_ID'),
    apiKey: told('WIX_API_KEY'),
    admin: /Admin: (.+)/.exec(command.out())?.[1] ?? '',
  };
}

async function appToken({
  address,
  clientId,
  clientSecret,
  instanceId,
}: Awaited<ReturnType<typeof serveIn>>): Promise<string> {
  const body = JSON.stringify({ grantType: 'client_credentials', clientId, clientSecret, instanceId });
  const answer = await fetch(`${address}/oauth2/token`, { method: 'POST', body });
  return ((await answer.json()) as { access_token: string }).access_token;
}

const countOf = async (address: string, token: string): Promise<number> => {
  const body = JSON.stringify({ dataCollectionId: 'SITConnections' });
  const answer = await fetch(`${address}/wix-data/v2/items/count`, {
    method: 'POST',
    headers: { authorization: token },
    body,
  });
  return ((await answer.json()) as { totalCount: number }).totalCount;
};

test('serves the demo, keeps its app and data over a restart, and ends cleanly', async () => {
  const first = await serveIn(data);
  const token = await appToken(first);
  const before = await countOf(first.address, token);
  expect(before).toBeGreaterThan(5);
  const body = JSON.stringify({ dataCollectionId: 'SITConnections', dataItemId: 'ada-babbage' });
  await fetch(`${first.address}/wix-data/v2/items/remove`, {
    method: 'POST',
    headers: { authorization: token },
    body,
  });
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  // A cleanly closed SQLite file has no write-ahead log beside it.
  expect(existsSync(join(data, 'site.sqlite-wal'))).toBe(false);

  const second = await serveIn(data);
  for (const name of ['clientId', 'clientSecret', 'instanceId', 'apiKey'] as const) {
    expect(second[name]).toBe(first[name]);
  }
  expect(first.apiKey).toMatch(/^IST\./);
  expect(await countOf(second.address, token)).toBe(before - 1);
  second.child.kill('SIGINT');
  expect(await second.ended).toBe(0);

  const third = await serveIn(data, '--reset');
  expect(await countOf(third.address, await appToken(third))).toBe(before);
});

test('keeps everything for its owner’s eyes', async () => {
  const { address, out } = await serveIn(data, '--redirect-uri', 'https://app.example.test/callback');
  expect(out()).toContain('Logins may return to: https://app.example.test/callback');
  expect(new URL(address).hostname).toBe('127.0.0.1');
  expect(statSync(data).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(data)) expect(statSync(join(data, name)).mode & 0o777).toBe(0o600);
});

test('makes up another app in another folder', async () => {
  const first = await serveIn(data);
  const second = await serveIn(`${data}-2`);
  expect(second.clientId).not.toBe(first.clientId);
  expect(second.clientSecret).not.toBe(first.clientSecret);
  expect(second.apiKey).not.toBe(first.apiKey);
});

test('shows its admin pages, unless other machines may look', async () => {
  const local = await serveIn(data);
  expect(local.admin).toBe(`${local.address}/_emulator`);
  expect((await fetch(local.admin)).status).toBe(200);
  const remote = await serveIn(`${data}-2`, '--allow-remote');
  expect(remote.admin).toContain('off');
  expect((await fetch(`${remote.address}/_emulator`)).status).toBe(404);
});

test('logs a line for every call, without what a query holds', async () => {
  const { address, out } = await serveIn(data, '--log');
  await fetch(`${address}/oauth2/token?secret=thing`, { method: 'POST', body: '{}' });
  await expect.poll(out).toMatch(/\nPOST {2}\/oauth2\/token {2}oauth2\.token {2}NONE {2}400 {2}[\d.]+ ms\n/);
  expect(out()).not.toContain('secret=thing');
});

test('tells an address of every change, once however often it starts', async () => {
  const hook = ['--webhook', 'http://127.0.0.1:9/hook'];
  const first = await serveIn(data, ...hook);
  expect(first.out()).toContain('Changes are told to: http://127.0.0.1:9/hook\n');
  expect(first.out()).toMatch(/WIX_CLIENT_PUBLIC_KEY=LS0t\S+\n/);
  first.child.kill('SIGTERM');
  await first.ended;
  const second = await serveIn(data, ...hook);
  expect(second.out().match(/Changes are told to/g)).toHaveLength(1);
});

test('does not start in production', async () => {
  const { code, out, err } = await run({ NODE_ENV: 'production' }, '--data', data);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/^wix-emulator: .+NODE_ENV is production\n$/);
  expect(existsSync(data)).toBe(false);
});

test('is found by npm as wix-emulator', async () => {
  const { stdout } = await promisify(execFile)('npm', ['exec', '--', 'wix-emulator', '--help'], {
    cwd: ROOT,
  });
  expect(stdout).toContain('npx wix-emulator');
});

test('writes its state to a file, and begins elsewhere with it', async () => {
  const file = `${data}.jsonl`;
  const first = await serveIn(data);
  const token = await appToken(first);
  const rows = await countOf(first.address, token);
  const body = JSON.stringify({ dataCollectionId: 'SITConnections', dataItemId: 'ada-babbage' });
  const headers = { authorization: token };
  await fetch(`${first.address}/wix-data/v2/items/remove`, { method: 'POST', headers, body });
  first.child.kill('SIGTERM');
  await first.ended;

  expect(await run({}, '--data', data, '--export', file)).toMatchObject({ code: 0, out: '', err: '' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = await run({}, '--data', data, '--export', file);
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('EEXIST') });

  const second = await serveIn(`${data}-2`, '--import', file);
  expect(await countOf(second.address, await appToken(second))).toBe(rows - 1);
});

test('a state that was cut is refused, and the site is as it was', async () => {
  const file = `${data}.jsonl`;
  await run({}, '--data', data, '--export', file);
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -100));
  const { code, err } = await run({}, '--data', data, '--port', '0', '--import', file);
  expect(code).toBe(1);
  expect(err).toMatch(/^wix-emulator: .+\n$/);
  const server = await serveIn(data);
  expect(await countOf(server.address, await appToken(server))).toBeGreaterThan(5);
});

test('tells how it is used', async () => {
  expect(await run({}, '--help')).toMatchObject({ code: 0, out: expect.stringContaining('--seed <file>') });
});

test.each([
  ['an unknown option', ['--ports', '1'], '--ports'],
  ['a port that is none', ['--port', '70000'], '--port 70000'],
  ['an address others can reach', ['--host', '0.0.0.0'], '--allow-remote'],
  ['a webhook that is no address', ['--webhook', 'ftp://example.com'], '--webhook ftp://example.com'],
  ['two beginnings', ['--reset', '--import', 'x'], '--reset and --import'],
  ['a seed that is not there', ['--seed', '/nowhere.json'], '--seed /nowhere.json'],
])('%s is explained in one line', async (_, options, reason) => {
  const { code, out, err } = await run({}, '--data', data, ...options);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toMatch(/^wix-emulator: .+\n$/);
  expect(err).toContain(reason);
  expect(existsSync(data)).toBe(false);
});

test('a seed that makes no sense is explained by field', async () => {
  const seed = `${data}.json`;
  writeFileSync(seed, '{"members": [{"loginEmail": 7}]}');
  const { code, err } = await run({}, '--data', data, '--seed', seed);
  expect(code).toBe(2);
  expect(err).toContain('members[0].loginEmail');
});

test('a damaged data file is refused and kept', async () => {
  const first = await serveIn(data);
  first.child.kill('SIGTERM');
  await first.ended;
  writeFileSync(join(data, 'site.sqlite'), 'not a database '.repeat(100));
  const { code, err } = await run({}, '--data', data, '--port', '0');
  expect(code).toBe(1);
  expect(err).toContain('It was not changed');
  expect(readFileSync(join(data, 'site.sqlite'), 'utf8')).toMatch(/^not a database/);
});
