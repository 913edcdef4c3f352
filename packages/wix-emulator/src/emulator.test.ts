import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createWixEmulator, SeedSchema } from './index.ts';
import type { Seed, WixEmulator } from './index.ts';

const app = {
  clientId: 'app',
  clientSecret: 'secret',
  instanceId: 'instance',
  redirectUris: ['http://localhost:4321/callback'],
};
const demo = JSON.parse(readFileSync(new URL('../seeds/demo.json', import.meta.url), 'utf8')) as Seed;

async function start(seed?: Seed): Promise<WixEmulator> {
  const wix = await createWixEmulator({ data: ':memory:', app, ...(seed && { seed }) });
  onTestFinished(() => wix.close());
  return wix;
}

const ask = (wix: WixEmulator, path: string, init?: RequestInit) =>
  wix.fetch(new Request(`https://www.wixapis.com${path}`, init));

describe('the call log', () => {
  test('names what was asked, by whom, and how it ended', async () => {
    const wix = await start();
    await ask(wix, '/oauth2/token', { method: 'POST', body: '{"grantType":"anonymous","clientId":"app"}' });
    await ask(wix, '/members/v1/members/my');
    expect(wix.calls).toMatchObject([
      {
        method: 'POST',
        host: 'www.wixapis.com',
        path: '/oauth2/token',
        operation: 'oauth2.token:anonymous',
        status: 200,
      },
      { operation: 'members.getCurrentMember', subject: { type: 'NONE' }, status: 401 },
    ]);
    expect(wix.calls[0]?.subject).toEqual({ type: 'VISITOR', id: expect.any(String) });
    wix.clearCalls();
    expect(wix.calls).toEqual([]);
  });

  test('keeps the newest thousand', async () => {
    const wix = await start();
    for (let n = 0; n < 1_005; n += 1) await ask(wix, `/nothing/${n}`);
    expect(wix.calls).toHaveLength(1_000);
    expect(wix.calls[0]?.path).toBe('/nothing/5');
    expect(wix.calls.at(-1)?.path).toBe('/nothing/1004');
  });
});

describe('every answer', () => {
  test('tells the time by the site’s own clock', async () => {
    const wix = await start();
    wix.clock.forward(86_400_000);
    const date = Date.parse((await ask(wix, '/nothing')).headers.get('date') ?? '');
    expect(Math.abs(date - wix.clock.now())).toBeLessThan(2_000);
  });

  test('carries a request id', async () => {
    const wix = await start();
    for (const path of ['/nothing', '/members/v1/members/my']) {
      expect((await ask(wix, path)).headers.get('x-wix-request-id')).toMatch(/^\d+\.\d+$/);
    }
  });

  test('is JSON, also when the emulator itself fails', async () => {
    const wix = await createWixEmulator({ data: ':memory:', app });
    wix.close();
    const answer = await ask(wix, '/oauth2/token', {
      method: 'POST',
      body: '{"grantType":"anonymous","clientId":"app"}',
    });
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({
      message: expect.stringMatching(/^The Wix emulator failed: /),
    });
  });
});

describe('members, for the tester', () => {
  test('are found by id and by e-mail, and unknown ones are an error', async () => {
    const wix = await start(demo);
    const ada = wix.members.find('ADA@example.com');
    expect(wix.members.find(ada?.id ?? '')).toEqual(ada);
    expect(wix.members.find('nobody@example.com')).toBeUndefined();
    expect(() => wix.members.setStatus('nobody@example.com', 'BLOCKED')).toThrow('nobody@example.com');
  });
});

describe('seeds', () => {
  test('the demo has the people, roles and collections it promises', async () => {
    const seed = SeedSchema.parse(demo);
    expect(
      seed.members.map(({ loginEmail, password, loginEmailVerified, roles }) => [
        loginEmail,
        password,
        loginEmailVerified,
        roles,
      ]),
    ).toEqual([
      ['ada@example.com', 'lovelace-1815', true, []],
      ['grace@example.com', 'hopper-1906', true, []],
      ['alan@example.com', 'turing-1936', false, []],
      ['owner@example.com', 'keeper-2024', true, ['admin']],
    ]);
    const [connections, announcements] = seed.collections;
    expect(connections).toMatchObject({
      id: 'SITConnections',
      permissions: { read: 'ADMIN', insert: 'ADMIN' },
    });
    expect(announcements).toMatchObject({
      id: 'Announcements',
      permissions: { read: 'ANYONE', insert: 'ADMIN' },
    });
    expect(announcements?.items.length).toBeGreaterThanOrEqual(3);
  });

  test.each([
    ['a key nobody knows', { people: [] }],
    ['a member without an id', { members: [{ loginEmail: 'a@example.com' }] }],
    [
      'a role nobody knows',
      { members: [{ id: crypto.randomUUID(), loginEmail: 'a@example.com', roles: ['king'] }] },
    ],
    [
      'two members with one e-mail',
      {
        members: ['A@example.com', 'a@example.com'].map((loginEmail) => ({
          id: crypto.randomUUID(),
          loginEmail,
        })),
      },
    ],
    [
      'an item id twice',
      { collections: [{ id: 'C', permissions: {}, items: [{ _id: 'x' }, { _id: 'x' }] }] },
    ],
    [
      'a date that is none',
      { collections: [{ id: 'C', permissions: {}, items: [{ _createdDate: 'now' }] }] },
    ],
  ])('with %s are refused', async (_, seed) => {
    await expect(createWixEmulator({ data: ':memory:', app, seed: seed as Seed })).rejects.toThrow(/.+/);
  });
});
