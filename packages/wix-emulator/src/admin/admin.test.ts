import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createWixEmulator } from '../index.ts';
import type { Seed, WixEmulator } from '../index.ts';

const ORIGIN = 'http://127.0.0.1:4330';

const ADA = '1815ada0-1210-4000-8000-000000000001';

const seed: Seed = {
  members: [
    {
      id: ADA,
      loginEmail: 'ada@example.com',
      password: 'lovelace-1815',
      contact: { firstName: '<b>Ada</b>' },
    },
  ],
  collections: [
    {
      id: 'Notes',
      permissions: { read: 'ANYONE', insert: 'ANYONE', update: 'ANYONE', remove: 'ADMIN' },
      fields: [{ key: 'title', type: 'TEXT' }],
      items: [
        { _id: 'first', title: 'tea' },
        { _id: 'second', title: '<script>alert(1)</script>' },
      ],
    },
  ],
};

async function start(): Promise<WixEmulator> {
  const wix = await createWixEmulator({ data: ':memory:', seed });
  onTestFinished(() => wix.close());
  return wix;
}

const get = (wix: WixEmulator, path: string, headers: Record<string, string> = {}) =>
  wix.admin.fetch(new Request(`${ORIGIN}/_emulator${path}`, { headers }));

const post = (
  wix: WixEmulator,
  path: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
) =>
  wix.admin.fetch(
    new Request(`${ORIGIN}/_emulator${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers,
      redirect: 'manual',
    }),
  );

const json = (wix: WixEmulator, method: string, path: string, body?: unknown) =>
  wix.admin.fetch(
    new Request(`${ORIGIN}/_emulator/api${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    }),
  );

const pageOf = async (wix: WixEmulator, path: string): Promise<string> => {
  const answer = await get(wix, path);
  expect(answer.status).toBe(200);
  return answer.text();
};

/** Text as the pages write it: `&#60;` for `<`. */
const written = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

describe('every page', () => {
  test.each([
    '',
    '/members',
    '/collections',
    '/outbox',
    '/webhooks',
    '/external-databases',
    '/faults',
    '/calls',
  ])('“%s” runs no scripts, is kept by nobody and marks its place', async (path) => {
    const wix = await start();
    const answer = await get(wix, path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(answer.headers.get('content-security-policy')).not.toContain('script-src');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const text = await answer.text();
    expect(text).toMatch(new RegExp(`href="/_emulator${path}" +aria-current="page"`));
    expect(text).not.toMatch(/<script|<img|<link[^>]+https?:|onclick/);
  });

  test('is reached by its own server only, not where Wix answers', async () => {
    const wix = await start();
    const answer = await wix.fetch(new Request('https://www.wixapis.com/_emulator'));
    expect(answer.status).toBe(501);
  });

  test('that is not there is a 404, as a page and as JSON', async () => {
    const wix = await start();
    expect((await get(wix, '/nothing')).status).toBe(404);
    const answer = await get(wix, '/api/nothing');
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { message: 'There is no /_emulator/api/nothing' },
    ]);
  });

  test('says what was done in words of its own, never those of the address', async () => {
    const wix = await start();
    expect(await pageOf(wix, '?done=saved')).toContain('Saved.');
    expect(await pageOf(wix, '?done=<b>send+money</b>')).not.toContain('send');
    expect(await pageOf(wix, '?done=constructor')).not.toContain('role="status"');
  });

  test('is left out of the call log', async () => {
    const wix = await start();
    await get(wix, '');
    expect(wix.calls).toEqual([]);
  });
});

describe('requests of other sites', () => {
  test.each<[string, Record<string, string>]>([
    ['a form of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['a form of another port', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:8080' }],
    ['an older browser on another site', { origin: 'https://evil.example' }],
    ['a frame without an origin', { origin: 'null' }],
  ])('%s changes nothing', async (_, headers) => {
    const wix = await start();
    for (const path of ['/reset', '/settings', '/clock', '/faults', '/state', `/members/${ADA}/remove`]) {
      expect((await post(wix, path, {}, headers)).status).toBe(403);
    }
    expect(wix.members.find(ADA)).toBeDefined();
    expect(wix.faults.list()).toEqual([]);
  });

  test('may lead a person to a page, but read nothing', async () => {
    const wix = await start();
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await get(wix, '/outbox', link)).status).toBe(200);
    for (const mode of ['no-cors', 'cors']) {
      const read = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode };
      expect((await get(wix, '/api/outbox', read)).status).toBe(403);
    }
  });

  test('their own are not refused, nor those of scripts that say nothing', async () => {
    const wix = await start();
    const own = { 'sec-fetch-site': 'same-origin', origin: ORIGIN };
    expect((await post(wix, '/reset', {}, own)).status).toBe(303);
    expect((await post(wix, '/reset')).status).toBe(303);
  });

  test('a form cannot pass for JSON', async () => {
    const wix = await start();
    const answer = await wix.admin.fetch(
      new Request(`${ORIGIN}/_emulator/api/reset`, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'text/plain' },
      }),
    );
    expect(answer.status).toBe(415);
  });
});

describe('the overview', () => {
  test('changes settings; a box without its tick is off', async () => {
    const wix = await start();
    wix.settings.set({ captcha: true });
    const fields = { ownerApproval: 'on', accessTokenSeconds: '60', replicaDelayMs: '0' };
    const answer = await post(wix, '/settings', fields);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/_emulator?done=saved']);
    expect(wix.settings.get()).toMatchObject({ ownerApproval: true, captcha: false, accessTokenSeconds: 60 });
    expect(await pageOf(wix, '')).toMatch(/id="ownerApproval"[^>]* checked/);
  });

  test('refuses settings that make no sense, and keeps the old', async () => {
    const wix = await start();
    const before = wix.settings.get();
    for (const fields of [
      { accessTokenSeconds: '0' },
      { accessTokenSeconds: 'soon' },
      { unknown: 'on' },
      { captcha: '1' },
    ]) {
      expect((await post(wix, '/settings', fields as Record<string, string>)).status).toBe(400);
    }
    expect(wix.settings.get()).toEqual(before);
  });

  test('moves the clock forward, and only forward', async () => {
    const wix = await start();
    const before = wix.clock.now();
    await post(wix, '/clock', { amount: '2', unit: 'hours' });
    expect(wix.clock.now() - before).toBeGreaterThanOrEqual(7_200_000);
    expect((await post(wix, '/clock', { amount: '-1', unit: 'hours' })).status).toBe(400);
    expect((await post(wix, '/clock', { amount: '1', unit: 'years' })).status).toBe(400);
  });

  test('hides the secrets until somebody asks for them', async () => {
    const wix = await start();
    const text = await pageOf(wix, '');
    const [open = '', hidden = ''] = text.split('<details>');
    expect(open).toContain(wix.app.clientId);
    for (const secret of [wix.app.clientSecret, wix.app.apiKey]) {
      expect(open).not.toContain(secret);
      expect(hidden).toContain(secret);
    }
  });

  test('resets the site', async () => {
    const wix = await start();
    wix.members.remove(ADA);
    await post(wix, '/reset');
    expect(wix.members.find(ADA)).toBeDefined();
  });
});

describe('members', () => {
  test('are listed, escaped, and lead to one page each', async () => {
    const wix = await start();
    const text = await pageOf(wix, '/members');
    expect(text).toContain(`href="/_emulator/members/${ADA}"`);
    expect(text).not.toContain('<b>Ada</b>');
    expect(await pageOf(wix, `/members/${ADA}`)).toContain('ada@example.com');
    expect((await get(wix, '/members/nobody')).status).toBe(404);
  });

  test('are blocked, approved and verified', async () => {
    const wix = await start();
    await post(wix, `/members/${ADA}`, { status: 'BLOCKED' });
    expect(wix.members.find(ADA)).toMatchObject({ status: 'BLOCKED', loginEmailVerified: false });
    await post(wix, `/members/${ADA}`, { status: 'APPROVED', verified: 'on' });
    expect(wix.members.find(ADA)).toMatchObject({ status: 'APPROVED', loginEmailVerified: true });
    expect((await post(wix, `/members/${ADA}`, { status: 'ASLEEP' })).status).toBe(400);
    expect((await post(wix, '/members/nobody', { status: 'APPROVED' })).status).toBe(404);
  });

  test('are given roles that there are, and no others', async () => {
    const wix = await start();
    await wix.seed({ roles: [{ key: 'writer', title: 'Writer' }] });
    const rolesOf = async () =>
      /id="roles"[^>]*value="([^"]*)"/.exec(await pageOf(wix, `/members/${ADA}`))?.[1];
    expect((await post(wix, `/members/${ADA}/roles`, { roles: 'Admin, WRITER' })).status).toBe(303);
    expect(await rolesOf()).toBe('admin, writer');
    for (const roles of ['king', 'admin, the king', 'admin;writer'])
      expect((await post(wix, `/members/${ADA}/roles`, { roles })).status).toBeOneOf([400, 404]);
    expect(await rolesOf()).toBe('admin, writer');
    await post(wix, `/members/${ADA}/roles`, { roles: '' });
    expect(await rolesOf()).toBe('');
  });

  test('lose their sessions, must choose a new password, and are removed', async () => {
    const wix = await start();
    expect((await post(wix, `/members/${ADA}/revoke`)).status).toBe(303);
    expect((await post(wix, `/members/${ADA}/require-password-reset`)).status).toBe(303);
    expect((await post(wix, `/members/${ADA}/remove`)).status).toBe(303);
    expect(wix.members.find(ADA)).toBeUndefined();
  });
});

describe('collections and items', () => {
  test('show fields, permissions, indexes and how many items there are', async () => {
    const wix = await start();
    expect(await pageOf(wix, '/collections')).toContain('/_emulator/collection?id=Notes');
    const text = await pageOf(wix, '/collection?id=Notes');
    expect(text).toContain('2 items');
    expect(text).toMatch(/remove<\/td>\s*<td>PRIVILEGED/);
    expect(text).toContain('<code>title</code>');
    expect((await get(wix, '/collection?id=None')).status).toBe(404);
  });

  test('items are filtered as Wix filters, escaped, and shown one by one', async () => {
    const wix = await start();
    const all = await pageOf(wix, '/items?id=Notes');
    expect(all).toContain('item=first');
    expect(all).not.toContain('<script>');
    const some = await pageOf(wix, `/items?id=Notes&filter=${encodeURIComponent('{"title":"tea"}')}`);
    expect(some).toContain('item=first');
    expect(some).not.toContain('item=second');
    expect(await pageOf(wix, '/item?id=Notes&item=second')).toContain(written('<script>alert(1)</script>'));
    expect((await get(wix, '/item?id=Notes&item=third')).status).toBe(404);
  });

  test.each(['{', '[]', '{"title":{"$near":1}}'])('the filter %s is refused', async (filter) => {
    const wix = await start();
    expect((await get(wix, `/items?id=Notes&filter=${encodeURIComponent(filter)}`)).status).toBe(400);
  });

  test('come in pages', async () => {
    const wix = await createWixEmulator({
      data: ':memory:',
      seed: {
        collections: [
          {
            id: 'Many',
            permissions: { read: 'ANYONE', insert: 'ANYONE', update: 'ANYONE', remove: 'ANYONE' },
            items: Array.from({ length: 51 }, (_, index) => ({ _id: `item-${index}` })),
          },
        ],
      },
    });
    onTestFinished(() => wix.close());
    const count = (text: string) => text.match(/item=item-/g)?.length;
    const first = await pageOf(wix, '/items?id=Many');
    expect(count(first)).toBe(50);
    expect(first).toContain('Next page');
    const second = await pageOf(wix, '/items?id=Many&page=2');
    expect(count(second)).toBe(1);
    expect(second).not.toContain('Next page');
    expect(count(await pageOf(wix, '/items?id=Many&page=-1'))).toBe(50);
  });

  test('no text of an item or a filter becomes markup', async () => {
    const wix = await start();
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), async (text) => {
        const filter = JSON.stringify({ title: { $ne: `</textarea>"'${text}` } });
        const page = await pageOf(wix, `/items?id=Notes&filter=${encodeURIComponent(filter)}`);
        expect(page).toContain(`value="${written(filter)}"`);
        expect(page).not.toContain('</textarea>');
      }),
      { numRuns: process.env['LONG'] ? 500 : 30 },
    );
  });
});

test('the outbox shows each mail with its code, newest first', async () => {
  const wix = await start();
  wix.settings.set({ emailVerification: true });
  const anonymous = {
    method: 'POST',
    body: JSON.stringify({ grantType: 'anonymous', clientId: wix.app.clientId }),
  };
  const answer = await wix.fetch(new Request('https://www.wixapis.com/oauth2/token', anonymous));
  const { access_token: authorization } = (await answer.json()) as { access_token: string };
  for (const email of ['one@example.com', 'two@example.com']) {
    await wix.fetch(
      new Request('https://www.wixapis.com/_api/iam/authentication/v2/register', {
        method: 'POST',
        body: JSON.stringify({ loginId: { email }, password: 'long-enough' }),
        headers: { authorization },
      }),
    );
  }
  const text = await pageOf(wix, '/outbox');
  expect(text.indexOf('two@example.com')).toBeLessThan(text.indexOf('one@example.com'));
  for (const { code } of wix.outbox) expect(text).toContain(code);
  expect(await (await json(wix, 'GET', '/outbox')).json()).toEqual({ mails: wix.outbox });
});

describe('faults', () => {
  test('are set by a form or ready-made, listed and removed', async () => {
    const wix = await start();
    const fields = { fault: 'status', path: '/oauth2/*', status: '503', times: '3', method: '', when: '' };
    expect((await post(wix, '/faults', fields)).status).toBe(303);
    expect((await post(wix, '/faults/preset/stale-reads')).status).toBe(303);
    const [first, second] = wix.faults.list();
    expect(first?.rule).toEqual({ fault: 'status', path: '/oauth2/*', status: 503, times: 3 });
    expect(second?.rule).toEqual({ fault: 'stale-reads', delayMs: 5_000 });
    expect(await pageOf(wix, '/faults')).toContain(`/faults/${first?.id}/remove`);
    await post(wix, `/faults/${first?.id}/remove`);
    expect(wix.faults.list()).toEqual([second]);
  });

  test.each<[string, Record<string, string>]>([
    ['without a status', { fault: 'status', path: '*' }],
    ['with a number that is none', { fault: 'slow', path: '*', delayMs: 'long' }],
    ['about nobody', { fault: 'wrong-member', path: '*', member: 'nobody@example.com' }],
    ['with what belongs to another', { fault: 'stall', path: '*', status: '500' }],
  ])('%s are refused', async (_, fields) => {
    const wix = await start();
    expect((await post(wix, '/faults', fields)).status).toBe(400);
    expect(wix.faults.list()).toEqual([]);
  });

  test('never touch the admin pages', async () => {
    const wix = await start();
    wix.faults.set({ fault: 'status', path: '*', status: 500 });
    expect((await get(wix, '/faults')).status).toBe(200);
    expect(wix.faults.list()[0]?.hits).toBe(0);
  });
});

test('calls are listed, newest first, and cleared', async () => {
  const wix = await start();
  wix.faults.set({ fault: 'status', path: '/broken', status: 500 });
  await wix.fetch(new Request('https://www.wixapis.com/%3Ci%3E'));
  await wix.fetch(new Request('https://www.wixapis.com/broken'));
  const text = await pageOf(wix, '/calls');
  expect(text.indexOf('/broken')).toBeLessThan(text.indexOf('/%3Ci%3E'));
  expect(text).toMatch(/<td>500<\/td>\s*<td>status<\/td>/);
  await post(wix, '/calls/clear');
  expect(wix.calls).toEqual([]);
});

describe('webhooks', () => {
  test('are subscribed to, listed with their deliveries, sent again and given up', async () => {
    const received: string[] = [];
    const wix = await createWixEmulator({
      data: ':memory:',
      seed,
      deliver: async (request) => {
        received.push(request.url);
        return new Response(null, { status: 200 });
      },
    });
    onTestFinished(() => wix.close());
    expect((await post(wix, '/webhooks', { url: 'javascript:alert(1)' })).status).toBe(400);
    await post(wix, '/webhooks', { url: 'http://127.0.0.1:9999/hook' });
    const [subscription] = wix.webhooks.list();
    wix.members.setStatus(ADA, 'BLOCKED');
    await post(wix, '/webhooks/send');
    const [delivery] = wix.webhooks.deliveries();
    expect(delivery).toMatchObject({ status: 'DELIVERED', eventType: 'wix.members.v1.member_updated' });
    expect(await pageOf(wix, '/webhooks')).toContain('DELIVERED');
    await post(wix, `/webhooks/deliveries/${delivery?.number}/again`);
    await wix.webhooks.flush();
    expect(received).toHaveLength(2);
    expect((await post(wix, '/webhooks/deliveries/99/again')).status).toBe(404);
    expect((await post(wix, '/webhooks/deliveries/x/again')).status).toBe(404);
    await post(wix, `/webhooks/${subscription?.id}/remove`);
    expect(wix.webhooks.list()).toEqual([]);
    expect(await (await json(wix, 'GET', '/webhooks')).json()).toMatchObject({ subscriptions: [] });
  });
});

describe('the state', () => {
  test('goes out as a file and comes in by form and by script', async () => {
    const wix = await start();
    const exported = await get(wix, '/api/state');
    expect(exported.headers.get('content-disposition')).toContain('attachment');
    const state = await exported.text();
    const other = await createWixEmulator({ data: ':memory:' });
    onTestFinished(() => other.close());

    const form = new FormData();
    form.set('state', new File([state], 'site.jsonl'));
    const byForm = new Request(`${ORIGIN}/_emulator/state`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    expect((await other.admin.fetch(byForm)).status).toBe(303);
    expect(other.members.find(ADA)?.loginEmail).toBe('ada@example.com');

    other.members.remove(ADA);
    const byScript = new Request(`${ORIGIN}/_emulator/api/state`, { method: 'POST', body: state });
    expect(await (await other.admin.fetch(byScript)).json()).toEqual({ imported: true });
    expect(other.members.find(ADA)).toBeDefined();
  });

  test('that was cut off, or is none, changes nothing', async () => {
    const wix = await start();
    const state = await (await get(wix, '/api/state')).text();
    for (const body of [state.slice(0, -40), 'nonsense', '']) {
      const answer = await wix.admin.fetch(
        new Request(`${ORIGIN}/_emulator/api/state`, { method: 'POST', body }),
      );
      expect(answer.status).toBe(400);
    }
    const form = new FormData();
    form.set('other', 'thing');
    const withoutFile = new Request(`${ORIGIN}/_emulator/state`, { method: 'POST', body: form });
    expect((await wix.admin.fetch(withoutFile)).status).toBe(400);
    expect((await post(wix, '/state', { state: 'text' })).status).toBe(400);
    expect(wix.members.find(ADA)).toBeDefined();
  });
});

describe('the JSON for scripts', () => {
  test('reads and changes settings and the clock', async () => {
    const wix = await start();
    expect(await (await json(wix, 'GET', '/settings')).json()).toEqual(wix.settings.get());
    expect(await (await json(wix, 'POST', '/settings', { captcha: true })).json()).toMatchObject({
      captcha: true,
    });
    const { now } = (await (await json(wix, 'GET', '/clock')).json()) as { now: number };
    const moved = (await (await json(wix, 'POST', '/clock', { forwardMs: 60_000 })).json()) as {
      now: number;
    };
    expect(moved.now - now).toBeGreaterThanOrEqual(60_000);
  });

  test('sets, lists and removes faults', async () => {
    const wix = await start();
    const rule = { fault: 'cut', path: '/wix-data/*', when: 'before' };
    const { id } = (await (await json(wix, 'POST', '/faults', rule)).json()) as { id: string };
    expect(await (await json(wix, 'GET', '/faults')).json()).toEqual({ faults: [{ id, rule, hits: 0 }] });
    expect(await (await json(wix, 'DELETE', `/faults/${id}`)).json()).toEqual({ faults: [] });
    expect((await json(wix, 'DELETE', `/faults/${id}`)).status).toBe(404);
    await json(wix, 'POST', '/faults', rule);
    expect(await (await json(wix, 'DELETE', '/faults')).json()).toEqual({ faults: [] });
  });

  test('lists and clears calls, and resets', async () => {
    const wix = await start();
    await wix.fetch(new Request('https://www.wixapis.com/nothing'));
    expect(await (await json(wix, 'GET', '/calls')).json()).toMatchObject({ calls: [{ path: '/nothing' }] });
    expect(await (await json(wix, 'DELETE', '/calls')).json()).toEqual({ calls: [] });
    wix.members.remove(ADA);
    expect(await (await json(wix, 'POST', '/reset', {})).json()).toEqual({ reset: true });
    expect(wix.members.find(ADA)).toBeDefined();
  });

  test.each<[string, string, unknown]>([
    ['an unknown setting', '/settings', { colour: 'red' }],
    ['a clock that goes back', '/clock', { forwardMs: -1 }],
    ['a fault that is none', '/faults', { fault: 'fire' }],
    ['a reset with wishes', '/reset', { keep: 'members' }],
  ])('%s is refused with a message', async (_, path, body) => {
    const wix = await start();
    const answer = await json(wix, 'POST', path, body);
    expect([answer.status, await answer.json()]).toEqual([400, { message: expect.any(String) }]);
  });

  test('what is not JSON, or far too long, is refused', async () => {
    const wix = await start();
    const send = (body: string) =>
      wix.admin.fetch(
        new Request(`${ORIGIN}/_emulator/api/settings`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        }),
      );
    expect((await send('{')).status).toBe(400);
    expect((await send(`"${'x'.repeat(64_000_000)}"`)).status).toBe(413);
  });
});

describe('external databases', () => {
  const connected = async () => {
    const adapter = { isThere: false };
    const wix = await createWixEmulator({
      data: ':memory:',
      seed: {
        connections: [
          {
            name: 'depot',
            generation: 'legacy',
            endpoint: 'http://localhost:4321/api/external-database',
            configuration: { secretKey: 'open <sesame>' },
            collections: [{ id: 'trips', alias: 'Trips', permissions: { read: 'ANYONE' } }],
          },
        ],
      },
      fetchAdapter: (request) =>
        adapter.isThere
          ? Promise.resolve(Response.json(request.url.endsWith('/provision') ? {} : { schemas: [] }))
          : Promise.reject(new TypeError('fetch failed')),
    });
    onTestFinished(() => wix.close());
    return { wix, adapter };
  };

  test('the page shows connections and collections, and how the last attempt ended', async () => {
    const { wix, adapter } = await connected();
    const before = await pageOf(wix, '/external-databases');
    for (const text of ['depot', 'legacy', 'not tried', 'depot/trips', 'Trips', 'read: ANYONE']) {
      expect(before).toContain(text);
    }
    expect(before).toContain('BEGIN PUBLIC KEY');
    expect(before).not.toContain('<sesame>');
    expect((await post(wix, '/external-databases/depot/try')).status).toBe(303);
    expect(await pageOf(wix, '/external-databases')).toContain('DESTINATION_HOST_UNREACHABLE');
    adapter.isThere = true;
    expect((await post(wix, '/external-databases/depot/try')).status).toBe(303);
    expect(await pageOf(wix, '/external-databases')).toContain('connected, V1');
    expect((await post(wix, '/external-databases/nothing/try')).status).toBe(404);
  });

  test('the API shows the same without the secrets, and the key', async () => {
    const { wix } = await connected();
    const text = await (await json(wix, 'GET', '/external-databases')).text();
    expect(text).not.toContain('sesame');
    expect(JSON.parse(text)).toEqual({
      publicKey: wix.publicKey,
      connections: [
        {
          name: 'depot',
          generation: 'legacy',
          endpoint: 'http://localhost:4321/api/external-database',
          settings: ['secretKey'],
          collections: [{ id: 'trips', alias: 'Trips', permissions: { read: 'ANYONE' } }],
        },
      ],
    });
    const tried = await json(wix, 'POST', '/external-databases/depot/try', {});
    expect(await tried.json()).toMatchObject({
      connectionStatus: { successful: false, causeOfFailure: 'DESTINATION_HOST_UNREACHABLE' },
    });
    expect(await (await json(wix, 'GET', '/public-key')).text()).toBe(wix.publicKey);
  });
});
