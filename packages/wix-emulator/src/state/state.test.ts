import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createWixEmulator } from '../emulator.ts';
import type { WixEmulator, WixEmulatorOptions } from '../emulator.ts';
import demo from '../../seeds/demo.json' with { type: 'json' };
import type { Seed } from '../seed/schema.ts';
import { StateError } from './import.ts';
import { linesOf, writeLines } from './lines.ts';

async function emulator(options: Partial<WixEmulatorOptions> = {}): Promise<WixEmulator> {
  const wix = await createWixEmulator({ data: ':memory:', ...options });
  onTestFinished(() => wix.close());
  return wix;
}

const demoSite = (options: Partial<WixEmulatorOptions> = {}) => emulator({ seed: demo as Seed, ...options });

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'wix-emulator-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

/** As a reader of lines gives them. */
const withoutBreaks = (lines: Iterable<string>): string[] => [...lines].map((line) => line.trimEnd());

describe('a state', () => {
  test('makes the same site elsewhere, and says the same again', async () => {
    const wix = await demoSite();
    wix.settings.set({ ownerApproval: true });
    wix.members.setStatus('grace@example.com', 'BLOCKED');
    const state = withoutBreaks(wix.exportState());
    const other = await emulator();
    other.importState(state);
    expect(other.members.find('grace@example.com')?.status).toBe('BLOCKED');
    expect(other.settings.get()).toEqual(wix.settings.get());
    expect(withoutBreaks(other.exportState())).toEqual(state);
    expect(await namesOf(other)).toEqual(await namesOf(wix));
  });

  test('takes the place of what was there', async () => {
    const wix = await demoSite();
    const other = await emulator({
      seed: { collections: [{ id: 'Mine', permissions: { read: 'ANYONE' } }] },
    });
    other.importState(withoutBreaks(wix.exportState()));
    expect(withoutBreaks(other.exportState()).join()).not.toContain('Mine');
  });

  test('keeps tokens valid for the same app, and leaves the other site’s app alone', async () => {
    const wix = await demoSite();
    const { app } = wix;
    const token = await appToken(wix);
    const state = withoutBreaks(wix.exportState());
    expect(state.join()).not.toContain(app.clientSecret);
    expect(state.join()).not.toContain(app.apiKey);
    const same = await emulator({ app });
    same.importState(state);
    expect((await query(same, token)).status).toBe(200);
    const other = await emulator();
    const before = other.app;
    other.importState(state);
    expect(other.app).toEqual(before);
    expect((await query(other, await appToken(other))).status).toBe(200);
  });

  test('is of one moment, whatever is written while it is read', async () => {
    for (const data of [':memory:', join(folder(), 'site.sqlite')]) {
      const wix = await demoSite({ data });
      const lines = wix.exportState()[Symbol.iterator]();
      const state = [lines.next().value as string];
      wix.members.remove('ada@example.com');
      for (let next = lines.next(); next.done !== true; next = lines.next()) state.push(next.value);
      const other = await emulator();
      other.importState(withoutBreaks(state));
      expect(other.members.find('ada@example.com')).toBeDefined();
      expect(wix.members.find('ada@example.com')).toBeUndefined();
    }
  });

  test('goes through a file that only its owner may read, and never over another', async () => {
    const path = join(folder(), 'state.ndjson');
    const wix = await demoSite();
    writeLines(path, wix.exportState());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const other = await emulator();
    other.importState(linesOf(path));
    expect([...linesOf(path)]).toEqual(withoutBreaks(wix.exportState()));
    expect(await namesOf(other)).toEqual(await namesOf(wix));
    expect(() => writeLines(path, wix.exportState())).toThrow('EEXIST');
  });

  test('carries any item as it is, with unique indexes and arrays that are still known', async () => {
    const wix = await emulator({
      seed: {
        collections: [
          {
            id: 'Notes',
            permissions: { read: 'ANYONE' },
            indexes: [{ name: 'once', unique: true, fields: [{ path: 'unique' }] }],
          },
        ],
      },
    });
    const value = fc.jsonValue({ maxDepth: 4 });
    const items = fc
      .sample(fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), value), 300)
      .map((data, n) => ({ ...data, _id: `i${n}`, unique: n, tags: [`t${n % 3}`] }));
    const token = await appToken(wix);
    for (const data of items)
      await post(wix, token, '/wix-data/v2/items', { dataCollectionId: 'Notes', dataItem: { data } });
    const other = await emulator({ app: wix.app });
    other.importState(withoutBreaks(wix.exportState()));
    const read = async (site: WixEmulator, filter: object) =>
      (await query(site, token, 'Notes', filter)).json() as Promise<{ dataItems: unknown[] }>;
    expect((await read(other, {})).dataItems).toHaveLength(300);
    expect(await read(other, {})).toEqual(await read(wix, {}));
    expect((await read(other, { tags: 't1' })).dataItems).toHaveLength(100);
    const twice = { dataCollectionId: 'Notes', dataItem: { data: { unique: 7 } } };
    expect((await post(other, token, '/wix-data/v2/items', twice)).status).toBe(409);
  });
});

describe('refused as a whole, and the site is as it was:', () => {
  const broken: [string, (state: string[]) => string[], string][] = [
    ['a state that was cut off', (state) => state.slice(0, -1), 'cut off'],
    ['one with a line less', (state) => state.toSpliced(5, 1), 'was changed'],
    [
      'one with a changed line',
      (state) => state.map((line) => line.replace('Babbage', 'Cabbage')),
      'was changed',
    ],
    ['one that goes on after its end', (state) => [...state, state[3] ?? ''], 'more after the end'],
    ['one that is no JSON', (state) => state.with(3, '{'), 'line 4 is not JSON'],
    [
      'one with a table that is not the site’s',
      (state) => state.with(3, '{"table":"sqlite_schema","row":{}}'),
      'line 4',
    ],
    [
      'one with a column that is none',
      (state) => state.with(3, '{"table":"meta","row":{"key) --":"a"}}'),
      'no column',
    ],
    [
      'one with an item of no collection',
      (state) => state.with(state.length - 2, itemOf(99)),
      'no collection 99',
    ],
    ['one of a newer emulator', (state) => state.with(0, head({ version: 9_999 })), 'version 9999'],
    ['something else', (state) => state.with(0, '{"name":"package"}'), 'not a state'],
    ['nothing', () => [], 'cut off'],
  ];

  test.each(broken)('%s', async (_, breakIt, reason) => {
    const wix = await demoSite();
    const before = withoutBreaks(wix.exportState());
    const given = breakIt(withoutBreaks((await demoSite()).exportState()));
    expect(() => wix.importState(given)).toThrow(StateError);
    expect(() => wix.importState(given)).toThrow(reason);
    expect(withoutBreaks(wix.exportState())).toEqual(before);
    expect(await namesOf(wix)).toContain('Charles Babbage');
  });
});

const head = (changes: object) => JSON.stringify({ format: 'wix-emulator-state', version: 1, ...changes });
const itemOf = (collection: number) => {
  const at = { $date: '2026-01-01T00:00:00.000Z' };
  return JSON.stringify({ collection, item: { _id: 'x', _owner: 'x', _createdDate: at, _updatedDate: at } });
};

async function namesOf(wix: WixEmulator): Promise<unknown[]> {
  const answer = await query(wix, await appToken(wix));
  const { dataItems } = (await answer.json()) as { dataItems: { data: { name: string } }[] };
  return dataItems.map(({ data }) => data.name);
}

const query = (wix: WixEmulator, token: string, dataCollectionId = 'SITConnections', filter: object = {}) =>
  post(wix, token, '/wix-data/v2/items/query', {
    dataCollectionId,
    query: { filter, paging: { limit: 1_000 }, sort: [{ fieldName: '_id' }] },
  });

async function appToken(wix: WixEmulator): Promise<string> {
  const { clientId, clientSecret, instanceId } = wix.app;
  const grant = { grantType: 'client_credentials', clientId, clientSecret, instanceId };
  const answer = await post(wix, undefined, '/oauth2/token', grant);
  return ((await answer.json()) as { access_token: string }).access_token;
}

function post(wix: WixEmulator, token: string | undefined, path: string, body: object): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: token }),
  };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  return wix.fetch(new Request(`https://www.wixapis.com${path}`, request));
}
