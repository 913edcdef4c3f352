import fc from 'fast-check';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asBearer, tokenOf, type Actor } from '../actors.ts';
import { crowd, rowsOf, toSeedMember } from '../crowd.ts';
import { openSite, type Site } from '../harness.ts';

const members = crowd(200);
let site: Site;
let apps: Actor[];

beforeAll(async () => {
  site = await openSite({
    members: members.map(toSeedMember),
    items: { SITConnections: members.flatMap((member) => rowsOf(member, 3)) },
  });
  apps = [];
  for (const member of members) apps.push(asBearer(site, member.email, await tokenOf(site, member)));
});

afterAll(() => site.stop());

describe('200 members at once, member and elevated calls mixed', () => {
  test('AZ-52 nobody is ever taken for somebody else', async () => {
    const delays = fc.sample(fc.integer({ min: 0, max: 25 }), { numRuns: 5000, seed: 52 });
    let sent = 0;
    // Wix answers out of order, so that every conversation is interrupted by all the others.
    site.trouble(async (request, forward) => {
      await wait(delays[sent++ % delays.length]);
      const response = await forward(request);
      await wait(delays[sent++ % delays.length]);
      return response;
    });
    site.forget();
    const elevatedBefore = (await site.journal()).length;

    const wrong: string[] = [];
    await Promise.all(
      members.map(async ({ email, canary }, index) => {
        const app = apps[index] as Actor;
        const mine = async (what: string, path: string) => {
          const { status, text } = await app.get(path);
          const foreign = members.filter((other) => other.canary !== canary && text.includes(other.canary));
          if (status !== 200 || foreign.length > 0)
            wrong.push(`${email} ${what}: ${status} ${text.slice(0, 200)}`);
          return text;
        };
        const [me, list] = await Promise.all([
          mine('me', '/api/me'),
          mine('list', '/api/collections/SITConnections/items'),
          mine('news', '/api/collections/Announcements/items'),
          mine('site', '/api/site-properties'),
        ]);
        if (!me.includes(`"${email}"`)) wrong.push(`${email} me: ${me}`);
        if (list.split(`"memberEmail":"${email}"`).length !== 4)
          wrong.push(`${email} list: ${list.slice(0, 200)}`);
        const one = await mine('get', `/api/collections/SITConnections/items/${canary}-1`);
        if (!one.includes(canary)) wrong.push(`${email} get: ${one}`);
      }),
    );
    site.trouble(null);

    expect(wrong).toEqual([]);
    const rights = (path: string) =>
      site.wixCalls.filter((call) => call.path === path).map((call) => call.rights);
    expect(new Set(rights('/members/v1/members/my')), 'who one is, is asked as oneself').toEqual(
      new Set(['other']),
    );
    expect(new Set(rights('/site-properties/v4/properties'))).toEqual(new Set(['app']));
    expect(rights('/wix-data/v2/items/query').toSorted(), 'lists and gets elevated, news not').toEqual([
      ...Array.from({ length: 400 }, () => 'app'),
      ...Array.from({ length: 200 }, () => 'other'),
    ]);

    const lines = (await site.journal()).slice(elevatedBefore);
    const elevatedFor = new Map<string | null, number>();
    for (const { memberId } of lines) elevatedFor.set(memberId, (elevatedFor.get(memberId) ?? 0) + 1);
    expect(
      Object.fromEntries(elevatedFor),
      'three elevated calls each, journalled for the right member',
    ).toEqual(Object.fromEntries(members.map(({ id }) => [id, 3])));
  });

  test('the app’s token is fetched once, however many members come together', () => {
    const tokens = site.emulator.calls.filter(({ operation }) => operation.includes('client_credentials'));
    expect(tokens.length).toBeLessThanOrEqual(1);
  });
});
