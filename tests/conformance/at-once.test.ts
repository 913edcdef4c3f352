import { beforeEach, describe, expect, test } from 'vitest';
import type { PlainCall, WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import { ada, app, appToken, asMember, startWix } from './support.ts';

/**
 * A program in the same process may be answered without requests and responses. Two sites with the same content are
 * asked the same, one by HTTP and one at once: they must not differ in a byte, nor in what their call logs say.
 */

const ITEMS = 'https://www.wixapis.com/wix-data/v2/items';
const NOW = Date.UTC(2026, 2, 1);

type Asked = Readonly<{ method: string; path: string; body?: unknown; r?: unknown }>;
type Site = Readonly<{ wix: WixEmulator; tokens: Readonly<Record<Caller, string>> }>;
type Caller = 'app' | 'ada' | 'visitor';

let byHttp: Site;
let atOnce: Site;

beforeEach(async () => {
  byHttp = await openSite();
  atOnce = await openSite();
});

async function openSite(): Promise<Site> {
  const wix = await startWix({ clock: () => NOW });
  const anonymous = await wix.fetch(
    new Request('https://www.wixapis.com/oauth2/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grantType: 'anonymous', clientId: app.clientId }),
    }),
  );
  const member = await asMember(ada);
  const tokens = {
    app: await appToken(wix),
    ada: member.auth.getTokens().accessToken.value,
    visitor: ((await anonymous.json()) as { access_token: string }).access_token,
  };
  // A token is known at once when it was verified before.
  for (const token of Object.values(tokens)) await wix.fetch(new Request(`${ITEMS}/query`, withToken(token)));
  wix.clearCalls();
  return { wix, tokens };
}

const withToken = (authorization: string) => ({ headers: { authorization } });

function plain({ method, path, body, r }: Asked, authorization: string | null): PlainCall {
  const query = r === undefined ? '' : `?.r=${Buffer.from(JSON.stringify(r)).toString('base64url')}`;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method, url: ITEMS + path + query, authorization, body: body === undefined ? null : text };
}

async function askByHttp({ wix, tokens }: Site, asked: Asked, caller: Caller) {
  const { method, url, body } = plain(asked, null);
  const headers = { authorization: tokens[caller], 'content-type': 'application/json' };
  const answer = await wix.fetch(new Request(url, { method, headers, ...(body !== null && { body }) }));
  return { status: answer.status, text: await answer.text() };
}

function logOf({ wix }: Site) {
  // Each site has its own visitors.
  return wix.calls.map(({ milliseconds: _, subject, ...call }) => ({ ...call, subject: subject.type }));
}

const connections = 'SITConnections';
const query = (filter: unknown, more: object = {}) => ({
  dataCollectionId: connections,
  query: { filter, ...more },
});
const insert = (data: object) => ({ dataCollectionId: connections, dataItem: { data } });
const patch = (id: string, more: object = {}) => ({
  dataCollectionId: connections,
  patch: {
    dataItemId: id,
    fieldModifications: [{ fieldPath: 'name', action: 'SET_FIELD', setFieldOptions: { value: 'New' } }],
  },
  ...more,
});

const CALLS: readonly Asked[] = [
  { method: 'GET', path: '/query', r: query({ memberEmail: ada.email }) },
  { method: 'POST', path: '/query', body: query({}, { sort: [{ fieldName: 'name', order: 'DESC' }] }) },
  { method: 'POST', path: '/query', body: { ...query({}), returnTotalCount: true } },
  { method: 'POST', path: '/query', body: query({}, { paging: { limit: 2, offset: 1 } }) },
  { method: 'POST', path: '/query', body: { dataCollectionId: 'Announcements', query: {} } },
  { method: 'POST', path: '/query', body: query({ name: { $near: 1 } }) },
  { method: 'POST', path: '/query', body: query({ 'na me': 1 }) },
  { method: 'POST', path: '/query', body: { ...query({}), unknown: true } },
  { method: 'POST', path: '/query', body: '{' },
  { method: 'POST', path: '/count', body: { dataCollectionId: connections, filter: { status: 'lead' } } },
  { method: 'POST', path: '', body: insert({ _id: 'one', name: 'One', memberEmail: ada.email }) },
  { method: 'POST', path: '', body: insert({ _id: 'one', name: 'Again' }) },
  { method: 'POST', path: '', body: insert({ _id: '' }) },
  { method: 'POST', path: '/patch', body: patch('one') },
  { method: 'POST', path: '/patch', body: patch('one', { condition: { filter: { name: 'Other' } } }) },
  { method: 'POST', path: '/patch', body: patch('nobody') },
  { method: 'POST', path: '/remove', body: { dataCollectionId: connections, dataItemId: 'one' } },
  { method: 'POST', path: '/remove', body: { dataCollectionId: connections, dataItemId: 'one' } },
];

test.each(['app', 'ada', 'visitor'] as const)(
  'the same answers as by HTTP, and the same call log, for %s',
  async (caller) => {
    for (const asked of CALLS) {
      const wanted = await askByHttp(byHttp, asked, caller);
      const answer = atOnce.wix.answerAtOnce(plain(asked, atOnce.tokens[caller]));
      expect(answer, JSON.stringify(asked)).toMatchObject(wanted);
      expect(answer?.requestId).toMatch(/^\d+\.\d+$/);
    }
    expect(logOf(atOnce)).toEqual(logOf(byHttp));
    expect(logOf(atOnce)).toHaveLength(CALLS.length);
  },
);

describe('asked by HTTP instead', () => {
  const one: Asked = { method: 'POST', path: '/query', body: query({}) };
  const ask = (call: Partial<PlainCall>) =>
    atOnce.wix.answerAtOnce({ ...plain(one, atOnce.tokens.app), ...call });

  test.each([
    ['no token', { authorization: null }],
    ['a token not seen before', { authorization: 'OauthNG.JWS.unknown' }],
    ['another address', { url: `${ITEMS}/save` }],
    ['another method', { method: 'PUT' }],
    ['another host', { url: 'https://example.com/wix-data/v2/items/query' }],
    ['a body that is too large', { body: JSON.stringify(query({ name: 'x'.repeat(300_000) })) }],
    ['a collection that is not here', { body: JSON.stringify({ dataCollectionId: 'Nowhere' }) }],
  ] as [string, Partial<PlainCall>][])('%s', (_, call) => {
    expect(ask({})).not.toBeNull();
    atOnce.wix.clearCalls();
    expect(ask(call)).toBeNull();
    expect(logOf(atOnce), 'what was not answered is not in the log').toEqual([]);
  });

  test('everything, while a fault is set', () => {
    const id = atOnce.wix.faults.set({ fault: 'status', path: '/oauth2/token', status: 500 });
    expect(ask({})).toBeNull();
    atOnce.wix.faults.remove(id);
    expect(ask({})).not.toBeNull();
  });

  test('a token whose time is up, or whose key has ended', async () => {
    atOnce.wix.clock.forward(5 * 60 * 60 * 1000);
    expect(ask({})).toBeNull();
    const other = await openSite();
    await other.wix.reset();
    expect(other.wix.answerAtOnce(plain(one, other.tokens.app))).toBeNull();
  });
});
