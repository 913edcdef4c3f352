import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultPresets } from '../../packages/wix-emulator/src/index.ts';
import type { FaultRule } from '../../packages/wix-emulator/src/index.ts';
import {
  ada,
  app,
  asApp,
  asMember,
  asVisitor,
  demoSeed,
  failureOf,
  grace,
  memberTokens,
  openCollection,
  send,
  sessionTokenOf,
  startWix,
} from './support.ts';

const items = '/wix-data/*';

describe('a status', () => {
  test('429 reaches the caller of the SDK with its status and request id, and says when to come back', async () => {
    const wix = await startWix();
    const visitor = asVisitor();
    await visitor.items.query('Announcements').find();
    wix.faults.set({ fault: 'status', path: items, status: 429, retryAfterSeconds: 7 });

    const failure = await failureOf(() => visitor.items.query('Announcements').find());
    expect(failure.details?.applicationError).toMatchObject({
      code: 429,
      data: { requestId: expect.stringMatching(/^\d+\.\d+$/) },
    });
    const raw = await send(wix, 'POST', '/wix-data/v2/items/query', { body: {} });
    expect([raw.status, raw.headers.get('retry-after')]).toEqual([429, '7']);
  });

  test('500 from inserting leaves nothing behind', async () => {
    const wix = await startWix({ seed: { collections: [openCollection('Notes')] } });
    const client = asApp();
    const id = wix.faults.set({ fault: 'status', path: '/wix-data/v2/items', method: 'POST', status: 500 });
    await failureOf(() => client.items.insert('Notes', { title: 'lost' }));
    expect(wix.calls.at(-1)).toMatchObject({
      operation: 'unknown',
      subject: { type: 'NONE' },
      fault: 'status',
      status: 500,
    });
    wix.faults.remove(id);
    expect((await client.items.query('Notes').find()).items).toEqual([]);
  });

  test('a token endpoint that is down fails the call that needs a token, before it is made', async () => {
    const wix = await startWix();
    wix.faults.set(faultPresets['token-endpoint-down']);
    const failure = await failureOf(() => asApp().items.query('SITConnections').find());
    expect(failure.message).toContain('503');
    expect(wix.calls.map(({ path }) => path)).toEqual(['/oauth2/token']);
    wix.faults.clear();
    expect((await asApp().items.query('SITConnections').find()).items).not.toEqual([]);
  });
});

describe('slowness', () => {
  test('delays the answer, not what was asked for', async () => {
    const wix = await startWix({ seed: { collections: [openCollection('Notes')] } });
    const visitor = asVisitor();
    await visitor.items.query('Notes').find();
    wix.faults.set({ fault: 'slow', path: '/wix-data/v2/items', delayMs: 300, times: 1 });
    const late = visitor.items.insert('Notes', { title: 'late' });
    await expect
      .poll(async () => (await visitor.items.query('Notes').find()).items.length, { interval: 10 })
      .toBe(1);
    expect(wix.calls.some(({ fault }) => fault === 'slow')).toBe(false);
    await expect(late).resolves.toMatchObject({ title: 'late' });
    const call = wix.calls.at(-1);
    expect(call).toMatchObject({ operation: 'items.insert', fault: 'slow', status: 200 });
    expect(call?.milliseconds).toBeGreaterThanOrEqual(299);
  });

  test('a caller that gives up gets the reason of its own signal', async () => {
    const wix = await startWix();
    wix.faults.set({ fault: 'slow', path: '*', delayMs: 60_000 });
    const giveUp = fetch('https://www.wixapis.com/oauth2/token', {
      method: 'POST',
      signal: AbortSignal.timeout(20),
    });
    await expect(giveUp).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('a stall', () => {
  test('lasts until the caller gives up, and nothing is done', async () => {
    const wix = await startWix({ seed: { collections: [openCollection('Notes')] } });
    const visitor = asVisitor();
    await visitor.items.query('Notes').find();
    wix.faults.set({ fault: 'stall', path: '/wix-data/v2/items', times: 1 });
    const asked = fetch('https://www.wixapis.com/wix-data/v2/items', {
      method: 'POST',
      body: JSON.stringify({ dataCollectionId: 'Notes', dataItem: { data: { title: 'lost' } } }),
      headers: { authorization: visitor.auth.getTokens().accessToken.value },
      signal: AbortSignal.timeout(30),
    });
    await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(wix.calls.at(-1)).toMatchObject({ fault: 'stall', status: 0 });
    expect((await visitor.items.query('Notes').find()).items).toEqual([]);
  });

  test('ends with the emulator', async () => {
    const wix = await startWix();
    wix.faults.set({ fault: 'stall', path: '*' });
    const asked = failureOf(() => asApp().items.query('SITConnections').find());
    wix.close();
    expect((await asked).message).toBe('fetch failed');
  });
});

describe('a cut connection', () => {
  test('before the answer throws what fetch throws, and nothing is done', async () => {
    const wix = await startWix({ seed: { collections: [openCollection('Notes')] } });
    const client = asApp();
    await client.items.query('Notes').find();
    wix.faults.set({ fault: 'cut', path: items, when: 'before', times: 1 });
    const failure = await failureOf(() => client.items.insert('Notes', {}));
    expect(failure.message).toContain('fetch failed');
    expect(wix.calls.at(-1)).toMatchObject({ fault: 'cut', status: 0 });
    expect((await client.items.query('Notes').find()).items).toEqual([]);

    wix.faults.set({ fault: 'cut', path: '*', when: 'before' });
    const raw: unknown = await fetch('https://www.wixapis.com/').catch((error: unknown) => error);
    expect(raw).toBeInstanceOf(TypeError);
    expect(raw).toMatchObject({ message: 'fetch failed', cause: { code: 'UND_ERR_SOCKET' } });
  });

  test('during the answer loses the answer, not the change', async () => {
    const wix = await startWix({ seed: { collections: [openCollection('Notes')] } });
    const client = asApp();
    await client.items.query('Notes').find();
    wix.faults.set({ fault: 'cut', path: items, when: 'during', times: 1 });
    await failureOf(() => client.items.insert('Notes', { title: 'there' }));
    expect(wix.calls.at(-1)).toMatchObject({ operation: 'items.insert', fault: 'cut', status: 200 });
    expect((await client.items.query('Notes').find()).items).toMatchObject([{ title: 'there' }]);
  });

  test('during the answer gives half of the bytes, then an error', async () => {
    const wix = await startWix();
    wix.faults.set({ fault: 'cut', path: '*', when: 'during' });
    const answer = await send(wix, 'POST', '/oauth2/token', {
      body: { grantType: 'anonymous', clientId: app.clientId },
    });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toMatchObject({ name: 'TypeError', message: 'terminated' });
  });
});

describe('the wrong member', () => {
  test('is whom members/my and items belong to, while the fault lasts', async () => {
    const wix = await startWix({ seed: { ...demoSeed, collections: [openCollection('Notes')] } });
    const client = await asMember(ada);
    wix.faults.set({ fault: 'wrong-member', path: '/members/v1/members/my', member: grace.email, times: 1 });
    expect((await client.members.getCurrentMember()).member?._id).toBe(grace.id);
    expect(wix.calls.at(-1)).toMatchObject({ subject: { id: grace.id }, fault: 'wrong-member' });
    expect((await client.members.getCurrentMember()).member?._id).toBe(ada.id);

    wix.faults.set({ fault: 'wrong-member', path: items, member: grace.id });
    expect(await client.items.insert('Notes', { title: 'by whom?' })).toMatchObject({ _owner: grace.id });
  });

  test('is whom an exchanged code gives tokens for, also when they are renewed', async () => {
    const wix = await startWix();
    const client = asVisitor();
    const sessionToken = await sessionTokenOf(client, ada);
    wix.faults.set({ fault: 'wrong-member', path: '/oauth2/token', member: grace.email });
    client.auth.setTokens(await memberTokens(client, sessionToken));
    wix.faults.clear();
    expect((await client.members.getCurrentMember()).member?._id).toBe(grace.id);
    client.auth.setTokens(await client.auth.renewToken(client.auth.getTokens().refreshToken));
    expect((await client.members.getCurrentMember()).member?._id).toBe(grace.id);
  });

  test('is whom a login signs in, but only with the right password', async () => {
    const wix = await startWix();
    wix.faults.set({ fault: 'wrong-member', path: '/_api/iam/*', member: grace.email });
    const client = await asMember(ada);
    expect((await client.members.getCurrentMember()).member?._id).toBe(grace.id);
    expect(await asVisitor().auth.login({ email: ada.email, password: 'guessed' })).toMatchObject({
      errorCode: 'invalidPassword',
    });
  });

  test('does not make a member of visitors and apps', async () => {
    const wix = await startWix();
    wix.faults.set({ fault: 'wrong-member', path: '*', member: grace.email });
    expect(await failureOf(() => asVisitor().members.getCurrentMember())).toMatchObject({
      details: { applicationError: { code: 'PERMISSION_DENIED' } },
    });
    await asApp().items.query('SITConnections').find();
    expect(wix.calls.at(-1)?.subject.type).toBe('APP');
  });

  test('must exist when the rule is set', async () => {
    const wix = await startWix();
    const rule = { fault: 'wrong-member', path: '*', member: 'nobody@example.com' } as const;
    expect(() => wix.faults.set(rule)).toThrow('There is no member nobody@example.com');
    expect(wix.faults.list()).toEqual([]);
  });
});

describe('stale reads', () => {
  test('hide what was written a moment ago, unless the read is to be consistent', async () => {
    const wix = await startWix({ seed: { collections: [openCollection('Notes')] } });
    const client = asApp();
    const id = wix.faults.set(faultPresets['stale-reads']);
    await client.items.insert('Notes', { title: 'new' });
    const titles = async (consistentRead: boolean) => {
      const { items: found } = await client.items.query('Notes').find({ consistentRead });
      return found.map((note) => note['title'] as string);
    };
    expect(await titles(false)).toEqual([]);
    expect(await titles(true)).toEqual(['new']);
    wix.faults.remove(id);
    expect(await titles(false)).toEqual(['new']);
  });

  test('show in the settings while the rule is set, and are not kept', async () => {
    const wix = await startWix();
    wix.settings.set({ replicaDelayMs: 100 });
    const id = wix.faults.set(faultPresets['stale-reads']);
    wix.settings.set({ ownerApproval: true });
    expect(wix.settings.get()).toMatchObject({ replicaDelayMs: 5_000, ownerApproval: true });
    wix.faults.remove(id);
    expect(wix.settings.get()).toMatchObject({ replicaDelayMs: 100, ownerApproval: true });
  });
});

describe('rules', () => {
  test('hit by exact path, by the beginning of one, and by method; the oldest that fits wins', async () => {
    const wix = await startWix();
    wix.faults.set({ fault: 'status', path: '/a', status: 401 });
    wix.faults.set({ fault: 'status', path: '/a*', status: 402 });
    wix.faults.set({ fault: 'status', path: '*', method: 'POST', status: 403 });
    const status = async (method: string, path: string) => (await send(wix, method, path)).status;
    expect(await status('GET', '/a?with=query')).toBe(401);
    expect(await status('GET', '/a/b')).toBe(402);
    expect(await status('POST', '/b')).toBe(403);
    expect(await status('GET', '/b')).toBe(501);
  });

  test('count their hits, and are gone when used up, removed, cleared or reset', async () => {
    const wix = await startWix();
    const rule: FaultRule = { fault: 'status', path: '*', status: 500, times: 2 };
    const id = wix.faults.set(rule);
    await send(wix, 'GET', '/');
    expect(wix.faults.list()).toEqual([{ id, rule, hits: 1 }]);
    await send(wix, 'GET', '/');
    expect(wix.faults.list()).toEqual([]);
    expect((await send(wix, 'GET', '/')).status).toBe(501);

    expect(wix.faults.remove(wix.faults.set(rule))).toBe(true);
    expect(wix.faults.remove(id)).toBe(false);
    wix.faults.set(rule);
    wix.faults.clear();
    wix.faults.set(rule);
    await wix.reset();
    expect(wix.faults.list()).toEqual([]);
  });

  test('with a probability hit their share, and the same seed hits the same requests', async () => {
    const wix = await startWix();
    const run = async (seed: number) => {
      const id = wix.faults.set({ fault: 'status', path: '*', status: 500, probability: 0.25, seed });
      const hits: boolean[] = [];
      for (let request = 0; request < 200; request += 1) {
        hits.push((await send(wix, 'GET', '/nothing')).status === 500);
      }
      wix.faults.remove(id);
      return hits;
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
    const share = first.filter(Boolean).length / first.length;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.35);
  });

  test.each<[string, unknown]>([
    ['an unknown fault', { fault: 'fire', path: '*' }],
    ['a misspelt key', { fault: 'stall', path: '*', time: 1 }],
    ['no path', { fault: 'stall' }],
    ['a star in the middle', { fault: 'stall', path: '/a*b' }],
    ['a path without its slash', { fault: 'stall', path: 'oauth2/token' }],
    ['a status that is a success', { fault: 'status', path: '*', status: 200 }],
    ['a delay longer than anybody waits', { fault: 'slow', path: '*', delayMs: 300_001 }],
    ['no requests at all', { fault: 'stall', path: '*', times: 0 }],
    ['a probability above one', { fault: 'stall', path: '*', probability: 1.5 }],
  ])('%s is refused', async (_, rule) => {
    const wix = await startWix();
    expect(() => wix.faults.set(rule as FaultRule)).toThrow();
    expect(wix.faults.list()).toEqual([]);
  });

  test('a prefix hits exactly the paths that begin with it', async () => {
    const wix = await startWix();
    const segment = fc.stringMatching(/^[a-z0-9-]{1,6}$/);
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
    await fc.assert(
      fc.asyncProperty(path, path, fc.boolean(), async (asked, given, exact) => {
        wix.faults.clear();
        wix.faults.set({ fault: 'status', path: exact ? given : `${given}*`, status: 599 });
        const hit = (await send(wix, 'GET', asked)).status === 599;
        expect(hit).toBe(exact ? asked === given : asked.startsWith(given));
      }),
      { numRuns: process.env['LONG'] ? 2_000 : 100 },
    );
  });
});

test('presets are rules', async () => {
  const wix = await startWix();
  for (const preset of Object.values(faultPresets)) expect(() => wix.faults.set(preset)).not.toThrow();
});
