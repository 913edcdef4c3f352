import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { adapterCheck } from '../../packages/wix-emulator/src/adapter-check/main.ts';
import type { Finding } from '../../packages/wix-emulator/src/adapter-check/report.ts';
import { BASE, FakeAdapter, trips } from '../../packages/wix-emulator/test/fake-adapter/adapter.ts';
import type { FakeAdapterOptions } from '../../packages/wix-emulator/test/fake-adapter/adapter.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const appId = 'the-app';

function keyFile(pem = privateKey): string {
  const folder = mkdtempSync(join(tmpdir(), 'adapter-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'key.pem');
  writeFileSync(file, pem, { mode: 0o600 });
  return file;
}

const adapterWith = (options: FakeAdapterOptions = {}) =>
  new FakeAdapter({ secretKey: 'open sesame', appId, publicKey: () => publicKey, ...options });

async function run(adapter: FakeAdapter, args: string[]) {
  const [out, error]: [string[], string[]] = [[], []];
  const output = { out: (text: string) => out.push(text), error: (text: string) => error.push(text) };
  const exit = await adapterCheck([BASE, ...args], output, adapter.fetch);
  return { exit, out: out.join(''), error: error.join('') };
}

async function findings(adapter: FakeAdapter, args: string[]) {
  const { exit, out } = await run(adapter, [...args, '--json']);
  const { findings: all } = JSON.parse(out) as { findings: Finding[] };
  return { exit, wrong: all.filter(({ outcome }) => outcome === 'wrong'), all };
}

const v3 = () => ['--private-key', keyFile(), '--app-id', appId];
const legacy = ['--generation', 'legacy', '--secret-key', 'open sesame', '--collection', 'trips', '--write'];

describe('a right adapter', () => {
  test('v3: everything is looked at, and nothing is left behind', async () => {
    const adapter = adapterWith();
    const { exit, wrong, all } = await findings(adapter, v3());
    expect(wrong).toEqual([]);
    expect(exit).toBe(0);
    expect(all.filter(({ outcome }) => outcome === 'skipped').map(({ says }) => says)).toEqual([
      'has the collection to look at',
    ]);
    expect(all.length).toBeGreaterThan(70);
    expect([...adapter.tables.tables]).toEqual([['trips', trips()]]);
  });

  test('v3: a named collection is not written to unless that is allowed', async () => {
    const adapter = adapterWith();
    const { exit, wrong } = await findings(adapter, [...v3(), '--collection', 'trips']);
    expect([exit, wrong]).toEqual([0, []]);
    const writes = adapter.requests
      .filter(({ path }) => /items\/(insert|update|remove|truncate)$/.test(path))
      .map(({ body }) => (body as { request: { collectionId: string } }).request.collectionId);
    expect(writes).not.toContain('trips');
    expect(writes.length).toBeGreaterThan(0);
  });

  test('v3: with --write it puts back what it changed', async () => {
    const adapter = adapterWith();
    const { exit, wrong } = await findings(adapter, [...v3(), '--collection', 'trips', '--write']);
    expect([exit, wrong]).toEqual([0, []]);
    expect(adapter.tables.tables.get('trips')).toEqual(trips());
  });

  test.each([1, 2] as const)('legacy, protocol %s', async (protocolVersion) => {
    const adapter = adapterWith({ protocolVersion });
    const { exit, wrong, all } = await findings(adapter, legacy);
    expect([exit, wrong]).toEqual([0, []]);
    expect(all.length).toBeGreaterThan(45);
    expect(adapter.tables.tables.get('trips')).toEqual(trips());
  });

  test('legacy: without --write nothing is written', async () => {
    const adapter = adapterWith();
    const { exit } = await findings(adapter, ['--secret-key', 'open sesame']);
    expect(exit).toBe(0);
    expect(adapter.requests.some(({ path }) => /data\/(insert|update|remove|truncate)/.test(path))).toBe(
      false,
    );
  });

  test('fewer operations: what is not announced is to be refused', async () => {
    const adapter = adapterWith({
      v3Operations: ['QUERY', 'INSERT', 'REMOVE'],
      legacyOperations: ['get', 'find', 'count'],
    });
    const signed = await findings(adapter, v3());
    expect([signed.exit, signed.wrong]).toEqual([0, []]);
    const refused = signed.all.filter(({ says }) => says.endsWith('which is not announced'));
    expect(refused.map(({ outcome }) => outcome)).toEqual(['right', 'right', 'right', 'right', 'right']);
    const plain = await findings(adapter, legacy);
    expect([plain.exit, plain.wrong]).toEqual([0, []]);
  });
});

describe('an adapter that is wrong', () => {
  const mistakes: [string, 'v3' | 'legacy' | 'both', RegExp][] = [
    ['accepts unsigned', 'v3', /^refuses (alg none|another key|HS256)/],
    ['any audience', 'v3', /^refuses another audience/],
    ['accepts expired', 'v3', /^refuses a token that has expired/],
    ['no paging mode', 'v3', /^describes its collections/],
    ['counts as text', 'both', /^counts as many as a query finds/],
    ['accepts any secret', 'legacy', /^refuses (a wrong secret|no secret)/],
    ['members for all', 'v3', /^a visitor reads as the collection allows/],
    ['dates as text', 'both', /^DATETIME keeps its value/],
    ['milliseconds lost', 'both', /^DATETIME keeps its value/],
    ['falsy lost', 'both', /^(NUMBER|BOOLEAN) keeps its value/],
    ['sql in errors', 'both', /^shows nothing of the database inside/],
    ['html errors', 'both', /^refuses a filter by a field nobody knows/],
    ['first key only', 'v3', /^several keys of a filter all count/],
    ['wildcards', 'both', /^TEXT STARTS_WITH/],
    ['unknown fields ignored', 'both', /^refuses a filter by a field nobody knows/],
    ['merges on update', 'v3', /^replaces the whole item when it updates/],
    ['all or nothing', 'v3', /^lets one failing item leave the others alone/],
    ['follows unannounced', 'both', /^refuses UPDATE, which is not announced/],
    ['inserts on update', 'both', /^refuses to update an item that is not there/],
    ['overwrites', 'both', /^refuses an _id that is taken/],
    ['limit ignored', 'both', /^queries, a page at a time/],
    ['sort ignored', 'both', /^sorts in both directions/],
    ['fields ignored', 'both', /^gives only the fields that are asked for/],
    ['two roles: the greater', 'legacy', /^of two roles that differ/],
    ['unknown role owns', 'both', /^a role nobody knows|^the identity type UNKNOWN/],
  ];
  const cases = mistakes.flatMap(([mistake, which, found]) =>
    (['v3', 'legacy'] as const)
      .filter((generation) => which === 'both' || which === generation)
      .map((generation) => [generation, mistake, found] as const),
  );
  test.each(cases)('%s: %s', async (generation, mistake, found) => {
    const few = mistake === 'follows unannounced';
    const adapter = adapterWith({
      mistakes: [mistake],
      ...(few && { v3Operations: ['QUERY', 'COUNT'], legacyOperations: ['find', 'get', 'count'] }),
    });
    const { exit, wrong } = await findings(adapter, generation === 'v3' ? v3() : legacy);
    expect(wrong.map(({ says }) => says).filter((says) => found.test(says))).not.toEqual([]);
    expect(exit).toBe(1);
    // However wrong, a table that is not its own is as it was.
    if (generation === 'v3') expect(adapter.tables.tables.get('trips')).toEqual(trips());
  });

  test('the wrong key of ours is said to be that', async () => {
    const other = generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const args = ['--private-key', keyFile(other.privateKey), '--app-id', appId];
    const { exit, out } = await run(adapterWith(), args);
    expect(exit).toBe(1);
    expect(out).toContain('it does not accept the signature');
  });
});

describe('the command', () => {
  test('says in plain words what was found', async () => {
    const { exit, out } = await run(adapterWith({ mistakes: ['milliseconds lost'] }), v3());
    expect(exit).toBe(1);
    expect(out).toContain('  WRONG     DATETIME keeps its value, falsy or not: moment');
    expect(out).toMatch(/\d+ right, \d+ wrong, \d+ skipped\n$/);
  });

  test('an address where nobody answers is 2', async () => {
    const adapter = adapterWith();
    adapter.answer = undefined;
    const output = { out: () => undefined, error: () => undefined };
    const nobody = () => Promise.reject(new TypeError('fetch failed'));
    expect(await adapterCheck([BASE, '--secret-key', 'x'], output, nobody)).toBe(2);
  });

  test.each<[string, string[]]>([
    ['no address', []],
    ['two addresses', [BASE, BASE]],
    ['what is no address', ['file:///etc/passwd']],
    ['no secret', [BASE]],
    ['a generation nobody knows', [BASE, '--generation', 'v4']],
    ['no app', [BASE, '--private-key', 'x']],
    ['a key that is not there', [BASE, '--private-key', '/no/such/file', '--app-id', 'x']],
    ['--write without a collection', [BASE, '--secret-key', 'x', '--write']],
    ['an option nobody knows', [BASE, '--colour']],
  ])('%s is a mistake in the command, and 2', async (_, args) => {
    const error: string[] = [];
    const output = { out: () => undefined, error: (text: string) => error.push(text) };
    expect(await adapterCheck(args, output, adapterWith().fetch)).toBe(2);
    expect(error.join('')).toContain('npm run adapter:check');
  });

  test('--help is none', async () => {
    const out: string[] = [];
    expect(await adapterCheck(['--help'], { out: (text) => out.push(text), error: () => undefined })).toBe(0);
    expect(out.join('')).toContain('--generation');
  });
});
