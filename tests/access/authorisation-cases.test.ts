import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asMember, asMobileApp, asVisitor, expectProblem, type Actor } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';
import { rowsAtWix } from '../wix-rows.ts';

/** Named cases of who may do what that stand in no table. */

const ITEMS = '/api/collections/SITConnections/items';
const ADAS = 'ada-babbage';
const GRACES = 'grace-aiken';
let site: Site;
let ada: Actor;
let grace: Actor;
let inBrowser: Record<'ada' | 'grace', Actor>;

beforeAll(async () => {
  site = await openSite();
  ada = await asMobileApp(site, 'ada');
  grace = await asMobileApp(site, 'grace');
  inBrowser = { ada: await asMember(site, 'ada'), grace: await asMember(site, 'grace') };
});

afterAll(() => site.stop());

test('AZ-31 a row of somebody else is neither replaced nor doubled by naming its id', async () => {
  const before = await rowsAtWix(site.emulator, 'SITConnections');
  const fields = { name: 'Mine now' };
  const put = (path: string, headers: Record<string, string> = {}) =>
    ada.send(path, {
      method: 'PUT',
      body: JSON.stringify(fields),
      headers: { 'content-type': 'application/json', ...headers },
    });
  expectProblem(await ada.post(ITEMS, { ...fields, _id: GRACES }), 400, 'invalid-request');
  expectProblem(await put(`${ITEMS}/${GRACES}`), 404, 'not-found');
  expectProblem(await put(`${ITEMS}/${GRACES}`, { 'if-match': '*' }), 404, 'not-found');
  for (const operations of [
    [{ insert: { ...fields, _id: GRACES } }],
    [{ insert: fields, _id: GRACES }],
    [{ insert: fields }, { insert: { ...fields, _id: GRACES } }],
    [{ save: { ...fields, _id: GRACES } }],
  ])
    expectProblem(await ada.post(`${ITEMS}/bulk`, { operations }), 400, 'invalid-request');
  expect(await rowsAtWix(site.emulator, 'SITConnections')).toEqual(before);
});

/** Keeps what it may and gives it to whoever asks next, as a proxy before the site would. RFC 9111 §3. */
function sharedCache() {
  const kept = new Map<string, string>();
  return async (who: Actor, path: string): Promise<string> => {
    const known = kept.get(path);
    if (known !== undefined) return known;
    const { text, headers } = await who.get(path);
    const control = headers.get('cache-control') ?? '';
    if (!/no-store|private/.test(control)) kept.set(path, text);
    return text;
  };
}

test('AZ-44 two members take turns at the same addresses behind a shared cache and never see each other’s', async () => {
  const cached = sharedCache();
  const rounds = process.env['LONG'] ? 1_000 : 25;
  const paths = ['/api/me', ITEMS, `${ITEMS}/${ADAS}`, '/api/collections', '/connections', '/account', '/'];
  const sides = [
    { who: [ada, inBrowser.ada], foreign: /grace@example\.com|Grace Hopper|Howard Aiken/ },
    { who: [grace, inBrowser.grace], foreign: /ada@example\.com|Ada Lovelace|Babbage/ },
  ];
  for (let round = 0; round < rounds; round += 1) {
    for (const path of paths) {
      for (const { who, foreign } of sides) {
        const reader = who[path.startsWith('/api') ? 0 : 1] as Actor;
        expect(await cached(reader, path), path).not.toMatch(foreign);
      }
    }
  }
  // And what the cache is kept from is there for whom it is meant.
  expect(await cached(ada, `${ITEMS}/${ADAS}`)).toContain('Babbage');
  expect(await cached(inBrowser.grace, '/connections')).toContain('Aiken');
});

describe('AZ-54 the same row by every door', () => {
  const id = (wanted: string) => encodeURIComponent(JSON.stringify({ _id: wanted }));
  const doors: Record<string, (app: Actor, browser: Actor, wanted: string) => Promise<string>> = {
    'the API by its id': async (app, _, wanted) => (await app.get(`${ITEMS}/${wanted}`)).text,
    'a listing by address': async (app, _, wanted) => (await app.get(`${ITEMS}?filter=${id(wanted)}`)).text,
    'a listing by body': async (app, _, wanted) =>
      (await app.post(`${ITEMS}/query`, { filter: { _id: wanted } })).text,
    'different values': async (app, _, wanted) =>
      (await app.post(`${ITEMS}/distinct`, { field: 'name', filter: { _id: wanted } })).text,
    'figures over rows': async (app, _, wanted) =>
      (
        await app.post(`${ITEMS}/aggregate`, {
          group: ['name'],
          figures: { rows: { operation: 'count' } },
          filter: { _id: wanted },
        })
      ).text,
    'the connections by e-mail': async (app) => {
      const { body } = await app.get('/api/me');
      return (await app.get(`/api/connections?email=${body.email}`)).text;
    },
    'the page of all': async (_, browser) => (await browser.get('/connections')).text,
    'its own page': async (_, browser, wanted) => (await browser.get(`/connections/${wanted}`)).text,
    'the page that removes it': async (_, browser, wanted) =>
      (await browser.get(`/connections/${wanted}/remove`)).text,
  };

  test.each(Object.entries(doors))(
    '%s: its owner sees it, another member and a visitor do not',
    async (_, ask) => {
      expect(await ask(ada, inBrowser.ada, ADAS)).toContain('Charles Babbage');
      expect(await ask(grace, inBrowser.grace, ADAS)).not.toContain('Babbage');
      const visitor = asVisitor(site);
      expect(await ask(visitor, visitor, ADAS)).not.toContain('Babbage');
    },
  );
});
