import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { siteProperties } from '@wix/business-tools';
import { items } from '@wix/data';
import { members } from '@wix/members';
import { AppStrategy, createClient, OAuthStrategy } from '@wix/sdk';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createWixEmulator } from '../../packages/wix-emulator/src/index.ts';
import type { WixEmulatorOptions } from '../../packages/wix-emulator/src/index.ts';
import { recorded } from './recorder.ts';
import { ada, app, asApp, asVisitor, failureOf, grace, openCollection, startWix } from './support.ts';

const url = 'https://subscriber.example.test/webhooks';
const seed = { collections: [openCollection('Notes')] };

type Heard = {
  event: string;
  entity?: Record<string, unknown>;
  data?: Record<string, unknown>;
  metadata: Record<string, unknown>;
};

/** A site's endpoint as Wix documents it: the real SDK checks the token and calls the handlers. */
function subscriberOf({ publicKey }: { publicKey: string }) {
  const heard: Heard[] = [];
  const client = recorded(
    createClient({
      auth: AppStrategy({ appId: app.clientId, appSecret: app.clientSecret, publicKey }),
      modules: { items, members, siteProperties },
    }),
    ['items', 'members', 'siteProperties', 'webhooks'],
  );
  const hear = (event: string) => (told: object) => void heard.push({ event, ...told } as Heard);
  client.items.onDataItemCreated(hear('item created'));
  client.items.onDataItemUpdated(hear('item updated'));
  client.items.onDataItemDeleted(hear('item deleted'));
  client.members.onMemberCreated(hear('member created'));
  client.members.onMemberUpdated(hear('member updated'));
  client.members.onMemberDeleted(hear('member deleted'));
  client.siteProperties.onPropertiesSitePropertiesUpdated(hear('site properties updated'));
  return { heard, client };
}

/** A Wix with one subscriber; `answers` are given before it listens: a status, or an error to break off with. */
async function withSubscriber(options: Partial<WixEmulatorOptions> = {}) {
  const requests: { method: string; url: string; contentType: string | null; token: string }[] = [];
  const answers: (number | Error)[] = [];
  const deliver = async (request: Request): Promise<Response> => {
    const token = await request.clone().text();
    const { method, headers } = request;
    requests.push({ method, url: request.url, contentType: headers.get('content-type'), token });
    const answer = answers.shift() ?? 200;
    if (answer instanceof Error) throw answer;
    if (answer === 200) await subscriber.client.webhooks.processRequest(request);
    return new Response(null, { status: answer });
  };
  const wix = await startWix({ seed, deliver, ...options });
  const subscriber = subscriberOf(wix.webhooks);
  wix.webhooks.subscribe({ url });
  return { wix, requests, answers, ...subscriber };
}

const insert = (_id: string, fields: object = {}) => asVisitor().items.insert('Notes', { _id, ...fields });
const minutes = (count: number) => count * 60_000;

describe('the real SDK hears', () => {
  test('that an item was created, with its dates as dates', async () => {
    const { wix, heard } = await withSubscriber();
    const written = await insert('a', { title: 'T', id: 'mine', read: new Date(0) });
    await wix.webhooks.flush();
    expect(heard).toEqual([
      {
        event: 'item created',
        entity: { _id: 'a', dataCollectionId: 'Notes', data: written },
        metadata: {
          _id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          entityFqdn: 'wix.data.v2.data_item',
          slug: 'created',
          entityId: 'a',
          eventTime: expect.anything(),
          instanceId: app.instanceId,
          triggeredByAnonymizeRequest: false,
          originatedFrom: '',
          entityEventSequence: expect.stringMatching(/^\d+$/),
        },
      },
    ]);
    expect(heard[0]?.entity).toMatchObject({ data: { read: new Date(0), _createdDate: expect.any(Date) } });
  });

  test('that items were updated and deleted, in order, whichever call did it', async () => {
    const { wix, heard } = await withSubscriber();
    const client = asApp();
    await client.items.save('Notes', { _id: 'a', n: 1 });
    await client.items.save('Notes', { _id: 'a', n: 2 });
    await client.items.update('Notes', { _id: 'a', n: 3 });
    await client.items.patch('Notes', 'a').setField('n', 4).run();
    await client.items.remove('Notes', 'a');
    await wix.webhooks.flush();
    expect(heard.map(({ event }) => event)).toEqual([
      'item created',
      'item updated',
      'item updated',
      'item updated',
      'item deleted',
    ]);
    const states = heard.map(({ entity }) => (entity?.['data'] as { n: number } | undefined)?.n);
    expect(states).toEqual([1, 2, 3, 4, undefined]);
    expect(heard.at(-1)?.metadata).toMatchObject({ entityId: 'a', slug: 'deleted' });
    const sequence = heard.map(({ metadata }) => Number(metadata['entityEventSequence']));
    expect(sequence).toEqual(sequence.toSorted((one, other) => one - other));
    expect(new Set(sequence).size).toBe(5);
  });

  test('that members were created, updated and deleted, but not that they signed in', async () => {
    const { wix, heard } = await withSubscriber({ seed: {} });
    const client = asApp();
    const member = { loginEmail: 'mary@example.com', profile: { nickname: 'Mary' } };
    const { _id } = await client.members.createMember({ member });
    await client.members.blockMember(_id ?? '');
    await client.members.deleteMember(_id ?? '');
    await asVisitor().auth.register({ email: ada.email, password: ada.password });
    await wix.webhooks.flush();
    const registered = heard.length;
    await asVisitor().auth.login(ada);
    await wix.webhooks.flush();
    expect(heard).toHaveLength(registered);
    expect(heard.map(({ event }) => event)).toEqual([
      'member created',
      'member updated',
      'member deleted',
      'member created',
    ]);
    expect(heard[0]).toMatchObject({
      entity: { _id, loginEmail: 'mary@example.com', _createdDate: expect.any(Date) },
      metadata: { entityId: _id, entityFqdn: 'wix.members.v1.member', eventTime: expect.any(Date) },
    });
    expect(heard[1]?.entity).toMatchObject({ status: 'BLOCKED' });
    expect(heard[2]).not.toHaveProperty('entity');
    expect(JSON.stringify(heard)).not.toContain('argon2');
  });

  test('what the owner does to members', async () => {
    const { wix, heard } = await withSubscriber({
      seed: { members: [{ id: ada.id, loginEmail: ada.email }] },
    });
    wix.members.setLoginEmail(ada.id, 'countess@example.com');
    wix.members.remove(ada.id);
    await wix.webhooks.flush();
    expect(heard.map(({ event }) => event)).toEqual(['member updated', 'member deleted']);
    expect(heard[0]?.entity).toMatchObject({ loginEmail: 'countess@example.com' });
  });

  test('that site properties were updated, and which', async () => {
    const { wix, heard } = await withSubscriber();
    await asApp().siteProperties.updateBusinessProfile({ businessName: 'Lanterns' });
    await wix.webhooks.flush();
    expect(heard).toEqual([
      {
        event: 'site properties updated',
        data: {
          metasiteId: expect.any(String),
          event: { version: 1, fields: ['businessName'], properties: { businessName: 'Lanterns' } },
        },
        metadata: { instanceId: app.instanceId },
      },
    ]);
  });
});

describe('the token', () => {
  type Claims = { data: string; iss: string; aud: string; iat: number; exp: number };

  /** The header or the payload of a JWS. */
  const decoded = (part: string): object => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;

  test('is one compact JWS with three texts of JSON inside each other, for this app, from Wix', async () => {
    const { wix, requests } = await withSubscriber();
    await insert('a');
    await wix.webhooks.flush();
    const [request] = requests;
    expect(request).toMatchObject({ method: 'POST', url, contentType: 'text/plain;charset=UTF-8' });
    const token = request?.token ?? '';
    const [header, claims] = token.split('.').slice(0, 2).map(decoded);
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT' });
    const { data, iss, aud, iat, exp } = claims as Claims;
    expect({ iss, aud, lifetime: exp - iat }).toEqual({ iss: 'wix.com', aud: app.clientId, lifetime: 3600 });
    const envelope = JSON.parse(data) as { data: string };
    expect(envelope).toEqual({
      data: expect.any(String),
      eventType: 'wix.data.v2.data_item_created',
      instanceId: app.instanceId,
    });
    expect(JSON.parse(envelope.data)).toMatchObject({ createdEvent: { entity: { id: 'a' } } });
  });

  test('of another data file is refused, and so is one that was tampered with', async () => {
    const { wix, requests, client } = await withSubscriber();
    await insert('a');
    await wix.webhooks.flush();
    const token = requests[0]?.token ?? '';
    const other = await createWixEmulator({ data: ':memory:', app });
    onTestFinished(() => other.close());
    const stranger = subscriberOf(other.webhooks);
    expect(await failureOf(() => stranger.client.webhooks.process(token))).toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
    const [header, payload = '', signature] = token.split('.');
    const claims = { ...decoded(payload), aud: 'somebody' };
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
    expect(
      await failureOf(() => client.webhooks.process([header, forged, signature].join('.'))),
    ).toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
    expect(stranger.heard).toEqual([]);
  });

  test('is refused after an hour', async () => {
    const { wix, heard, client, requests } = await withSubscriber({ clock: () => Date.now() - minutes(61) });
    await insert('a');
    await wix.webhooks.flush();
    expect(heard).toEqual([]);
    expect(wix.webhooks.deliveries()).toMatchObject([{ status: 'DUE', attempts: 1 }]);
    expect(await failureOf(() => client.webhooks.process(requests[0]?.token ?? ''))).toMatchObject({
      code: 'ERR_JWT_EXPIRED',
    });
  });

  test('cannot be read by a client of visitors', async () => {
    const { wix, requests } = await withSubscriber();
    await insert('a');
    await wix.webhooks.flush();
    const visitor = recorded(createClient({ auth: OAuthStrategy({ clientId: app.clientId }) }), ['webhooks']);
    const failure = await failureOf(() => visitor.webhooks.process(requests[0]?.token ?? ''));
    expect(failure.message).toContain('decodeJWT is not supported');
  });

  test('is refused by a subscriber without a handler for it', async () => {
    const { wix, requests } = await withSubscriber();
    await insert('a');
    await wix.webhooks.flush();
    const other = recorded(
      createClient({
        auth: AppStrategy({
          appId: app.clientId,
          appSecret: app.clientSecret,
          publicKey: wix.webhooks.publicKey,
        }),
        modules: { members },
      }),
      ['members', 'webhooks'],
    );
    other.members.onMemberDeleted(() => undefined);
    const failure = await failureOf(() => other.webhooks.process(requests[0]?.token ?? ''));
    expect(failure.message).toContain('Unexpected event type');
  });

  test('works with a public key in base64, and is signed by one key for as long as the data file lives', async () => {
    const { wix, requests } = await withSubscriber();
    const { publicKey } = wix.webhooks;
    expect(publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    await insert('a');
    await wix.webhooks.flush();
    const encoded = subscriberOf({ publicKey: Buffer.from(publicKey).toString('base64') });
    await encoded.client.webhooks.process(requests[0]?.token ?? '');
    expect(encoded.heard).toHaveLength(1);
    await wix.reset();
    expect(wix.webhooks.publicKey).toBe(publicKey);
    expect(wix.webhooks.list()).toEqual([]);
  });
});

describe('a delivery', () => {
  test('is made by itself, without anybody flushing', async () => {
    const { wix } = await withSubscriber();
    await insert('a');
    await expect
      .poll(() => wix.webhooks.deliveries())
      .toMatchObject([{ status: 'DELIVERED', attempts: 1, answer: { status: 200 }, entityId: 'a', url }]);
  });

  test('that fails is made again as Wix documents it: after 1 minute, 10 minutes, an hour', async () => {
    const { wix, heard, requests, answers } = await withSubscriber();
    answers.push(500, 503, 404);
    await insert('a');
    await wix.webhooks.flush();
    for (const [pause, status] of [
      [1, 500],
      [10, 503],
      [60, 404],
    ] as const) {
      expect(wix.webhooks.deliveries()).toMatchObject([{ status: 'DUE', answer: { status } }]);
      const made = requests.length;
      wix.clock.forward(minutes(pause) - 5_000);
      await wix.webhooks.flush();
      expect(requests).toHaveLength(made);
      wix.clock.forward(5_000);
      await wix.webhooks.flush();
      expect(requests).toHaveLength(made + 1);
    }
    expect(wix.webhooks.deliveries()).toMatchObject([{ status: 'DELIVERED', attempts: 4 }]);
    expect(heard).toHaveLength(1);
  });

  test.each([201, 204, 302, 401])('answered with %i has failed: only 200 will do', async (status) => {
    const { wix, answers } = await withSubscriber();
    answers.push(status);
    await insert('a');
    await wix.webhooks.flush();
    expect(wix.webhooks.deliveries()).toMatchObject([{ status: 'DUE', attempts: 1, answer: { status } }]);
  });

  test('is given up after twelve resends, and can be made again on demand', async () => {
    const { wix, heard, requests, answers } = await withSubscriber();
    answers.push(...Array.from({ length: 13 }, () => 500));
    await insert('a');
    for (let attempt = 0; attempt < 14; attempt += 1) {
      await wix.webhooks.flush();
      wix.clock.forward(minutes(12 * 60));
    }
    expect(requests).toHaveLength(13);
    const [failed] = wix.webhooks.deliveries();
    expect(failed).toMatchObject({ status: 'FAILED', attempts: 13, answer: { status: 500 } });
    wix.webhooks.redeliver(failed?.number ?? 0);
    await wix.webhooks.flush();
    expect(wix.webhooks.deliveries()).toMatchObject([{ status: 'DELIVERED', attempts: 1 }]);
    expect(heard).toHaveLength(1);
    expect(() => wix.webhooks.redeliver(99)).toThrow('no delivery 99');
  });

  test('that failed holds later ones up for nobody', async () => {
    const { wix, heard, answers } = await withSubscriber();
    answers.push(new TypeError('connection refused'));
    await insert('a');
    await insert('b');
    await wix.webhooks.flush();
    expect(wix.webhooks.deliveries()).toMatchObject([
      { status: 'DUE', answer: { error: 'connection refused' } },
      { status: 'DELIVERED' },
    ]);
    wix.clock.forward(minutes(1));
    await wix.webhooks.flush();
    expect(heard.map(({ metadata }) => metadata['entityId'])).toEqual(['b', 'a']);
  });

  test('that failed is made again by itself, once the site’s clock has come that far', async () => {
    const { wix, heard, answers } = await withSubscriber();
    answers.push(500);
    await insert('a');
    await wix.webhooks.flush();
    wix.clock.forward(minutes(1));
    await expect.poll(() => heard.length, { timeout: 4_000 }).toBe(1);
  });

  test('to a subscriber who is slow keeps nobody else waiting, however many there are', async () => {
    const { promise: aWhile, resolve: answer } = Promise.withResolvers<Response>();
    const wix = await startWix({
      seed,
      deliver: (request) => (request.url === `${url}/slow` ? aWhile : Promise.resolve(new Response())),
    });
    wix.webhooks.subscribe({ url: `${url}/slow` });
    for (let number = 0; number < 20; number += 1) wix.webhooks.subscribe({ url: `${url}/${number}` });
    await insert('a');
    await insert('b');
    const delivered = () => wix.webhooks.deliveries().filter(({ status }) => status === 'DELIVERED');
    await expect.poll(delivered, { timeout: 4_000 }).toHaveLength(40);
    expect(delivered().filter((delivery) => delivery.url.endsWith('slow'))).toEqual([]);
    answer(new Response());
  });

  test('that is not answered within 1250 milliseconds has failed', async () => {
    const { wix } = await withSubscriber({ deliver: () => new Promise(() => undefined) });
    await insert('a');
    const start = performance.now();
    await wix.webhooks.flush();
    expect(performance.now() - start).toBeGreaterThan(1_200);
    expect(wix.webhooks.deliveries()).toMatchObject([
      { status: 'DUE', attempts: 1, answer: { error: expect.stringContaining('timeout') } },
    ]);
  });

  test('is not made for what was never acknowledged', async () => {
    const { wix, heard } = await withSubscriber();
    const member = { id: grace.id, loginEmail: grace.email };
    // The member is added first, and taken back when the collection cannot be.
    await expect(wix.seed({ members: [member], collections: [openCollection('Notes')] })).rejects.toThrow();
    expect(await failureOf(() => asVisitor().items.insert('Nowhere', {}))).toBeTruthy();
    await wix.webhooks.flush();
    expect(wix.members.find(grace.id)).toBeUndefined();
    expect(wix.webhooks.deliveries()).toEqual([]);
    expect(heard).toEqual([]);
  });

  test('over HTTP goes to the subscribed address only, and follows no redirect', async () => {
    const seen: string[] = [];
    const server = createServer((request, answer) => void answerHook(request, answer));
    const answerHook = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
      const body = await text(request);
      seen.push(
        `${request.method} ${request.url} ${request.headers['content-type']} ${body.split('.').length}`,
      );
      if (request.url === '/moved') answer.writeHead(302, { location: '/elsewhere' }).end();
      else answer.writeHead(200).end('x'.repeat(100_000));
    };
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const wix = await startWix({ seed });
    wix.webhooks.subscribe({ url: `${origin}/hooks` });
    wix.webhooks.subscribe({ url: `${origin}/moved` });
    await insert('a');
    await wix.webhooks.flush();
    expect(seen.toSorted()).toEqual([
      'POST /hooks text/plain;charset=UTF-8 3',
      'POST /moved text/plain;charset=UTF-8 3',
    ]);
    const statuses = wix.webhooks.deliveries().map(({ status, answer }) => [status, answer]);
    expect(statuses).toEqual(
      expect.arrayContaining([
        ['DELIVERED', { status: 200 }],
        ['DUE', { status: 302 }],
      ]),
    );
  });
});

describe('a network in disorder', () => {
  test('brings everything twice, with the same event id', async () => {
    const { wix, heard } = await withSubscriber();
    wix.webhooks.disorder({ duplicate: true });
    await insert('a');
    await wix.webhooks.flush();
    expect(heard).toHaveLength(2);
    expect(heard[0]).toEqual(heard[1]);
    expect(wix.webhooks.deliveries()).toMatchObject([{ status: 'DELIVERED', attempts: 1 }]);
  });

  test('brings the newest first, and nothing before it is asked to', async () => {
    const { wix, heard } = await withSubscriber();
    wix.webhooks.disorder({ reverse: true });
    for (const n of [1, 2, 3]) await asApp().items.save('Notes', { _id: 'a', n });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard).toEqual([]);
    await wix.webhooks.flush();
    const sequence = heard.map(({ metadata }) => Number(metadata['entityEventSequence']));
    expect(sequence).toEqual(sequence.toSorted((one, other) => other - one));
    wix.webhooks.disorder({});
    await insert('b');
    await expect.poll(() => heard.length).toBe(4);
  });
});

describe('a subscription', () => {
  test('may be to some events only', async () => {
    const { wix, heard } = await withSubscriber();
    wix.webhooks.subscribe({ url, eventTypes: ['wix.data.v2.data_item_deleted'] });
    expect(wix.webhooks.list()).toMatchObject([{ url, eventTypes: ['wix.data.v2.data_item_deleted'] }]);
    await insert('a');
    await asVisitor().items.remove('Notes', 'a');
    await wix.webhooks.flush();
    expect(heard.map(({ event }) => event)).toEqual(['item deleted']);
  });

  test('exists once per address, and each address hears each event', async () => {
    const { wix, requests } = await withSubscriber();
    const first = wix.webhooks.subscribe({ url });
    expect(wix.webhooks.subscribe({ url }).id).toBe(first.id);
    wix.webhooks.subscribe({ url: `${url}/2` });
    await insert('a');
    await wix.webhooks.flush();
    expect(requests.map((request) => request.url).toSorted()).toEqual([url, `${url}/2`]);
    const [one, other] = wix.webhooks.deliveries();
    expect(one?.eventId).toBe(other?.eventId);
  });

  test('ends with what is on its way to it', async () => {
    const { wix, requests, answers } = await withSubscriber();
    answers.push(500);
    await insert('a');
    await wix.webhooks.flush();
    const [subscription] = wix.webhooks.list();
    expect(wix.webhooks.unsubscribe(subscription?.id ?? '')).toBe(true);
    expect(wix.webhooks.unsubscribe(subscription?.id ?? '')).toBe(false);
    wix.clock.forward(minutes(1));
    await insert('b');
    await wix.webhooks.flush();
    expect(requests).toHaveLength(1);
    expect(wix.webhooks.deliveries()).toEqual([]);
  });

  test('nobody has: then nothing is kept', async () => {
    const wix = await startWix({ seed });
    await insert('a');
    expect(wix.webhooks.deliveries()).toEqual([]);
  });

  test.each([
    ['an address of files', { url: 'file:///etc/passwd' }],
    ['a script', { url: 'javascript:alert(1)' }],
    ['no address', { url: 'here' }],
    ['an event that does not exist', { url, eventTypes: ['wix.data.v2.data_item_read'] }],
    ['no event at all', { url, eventTypes: [] }],
    ['a key nobody knows', { url, secret: 'x' }],
  ])('to %s is refused', async (_, subscription) => {
    const wix = await startWix({ seed });
    expect(() =>
      wix.webhooks.subscribe(subscription as Parameters<typeof wix.webhooks.subscribe>[0]),
    ).toThrow();
    expect(wix.webhooks.list()).toEqual([]);
  });

  test('may stand in a seed, whose own content is no news', async () => {
    const { wix, requests } = await withSubscriber({
      seed: {
        members: [{ id: ada.id, loginEmail: ada.email }],
        collections: [openCollection('Notes', [{ _id: 'a' }])],
        webhooks: [{ url: `${url}/seeded`, eventTypes: ['wix.data.v2.data_item_updated'] }],
      },
    });
    await wix.webhooks.flush();
    expect(requests).toEqual([]);
    await asVisitor().items.update('Notes', { _id: 'a', n: 1 });
    await wix.webhooks.flush();
    expect(requests.map((request) => request.url)).toContain(`${url}/seeded`);
  });
});

describe('across restarts and processes', () => {
  /** Opens the same data file as often as wanted. */
  function dataFile() {
    const folder = mkdtempSync(join(tmpdir(), 'wix-webhooks-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return join(folder, 'site.sqlite');
  }

  test('what was left undelivered is delivered, with the same key', async () => {
    const data = dataFile();
    const before = await withSubscriber({ data });
    const { publicKey } = before.wix.webhooks;
    before.answers.push(500);
    await insert('a');
    await before.wix.webhooks.flush();
    before.wix.close();
    const after = await withSubscriber({ data, clock: () => Date.now() + minutes(1) });
    expect(after.wix.webhooks.publicKey).toBe(publicKey);
    await expect.poll(() => after.heard).toHaveLength(1);
    expect(after.heard[0]?.metadata).toMatchObject({ entityId: 'a' });
  });

  test('whoever opens the file without a background sends none of it', async () => {
    const data = dataFile();
    const before = await withSubscriber({ data });
    before.answers.push(500);
    await insert('a');
    await before.wix.webhooks.flush();
    before.wix.close();
    const clock = () => Date.now() + minutes(1);
    const looking = await withVisitor({ data, clock, background: false });
    await wait(300);
    expect(looking.sent).toEqual([]);
    looking.wix.close();
    const after = await withSubscriber({ data, clock });
    await expect.poll(() => after.heard).toHaveLength(1);
  });

  /** Looks at a data file, and would tell of what it sends. */
  async function withVisitor(options: Partial<WixEmulatorOptions>) {
    const sent: string[] = [];
    const deliver = (request: Request) => {
      sent.push(request.url);
      return Promise.resolve(new Response());
    };
    return { wix: await startWix({ seed, deliver, ...options }), sent };
  }

  test('an attempt that closing broke off is made at the next start, and does not count', async () => {
    const data = dataFile();
    const reached = Promise.withResolvers<undefined>();
    const before = await withSubscriber({
      data,
      deliver: () => {
        reached.resolve(undefined);
        return new Promise(() => undefined);
      },
    });
    await insert('a');
    await reached.promise;
    before.wix.close();
    const after = await withSubscriber({ data });
    await expect.poll(() => after.heard).toHaveLength(1);
    expect(after.wix.webhooks.deliveries()).toMatchObject([{ status: 'DELIVERED', attempts: 1 }]);
  });

  test('a subscription made by one process is honoured by another, and nothing is sent twice', async () => {
    const data = dataFile();
    const one = await withSubscriber({ data });
    const other = await withSubscriber({ data });
    for (const n of [1, 2, 3, 4]) await insert(`item-${n}`);
    await Promise.all([one.wix.webhooks.flush(), other.wix.webhooks.flush()]);
    await expect
      .poll(() => one.wix.webhooks.deliveries().filter(({ status }) => status === 'DELIVERED'))
      .toHaveLength(4);
    const ids = [...one.heard, ...other.heard].map(({ metadata }) => String(metadata['entityId']));
    expect(ids.toSorted()).toEqual(['item-1', 'item-2', 'item-3', 'item-4']);
  });
});

test('whatever fails on the way, every acknowledged change arrives, and the highest sequence tells the last state', async () => {
  const change = fc.record({ id: fc.constantFrom('a', 'b'), n: fc.nat(99), remove: fc.boolean() });
  const answer = fc.constantFrom<(number | Error)[]>(200, 500, new TypeError('connection reset'));
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 8 }),
      fc.array(answer, { maxLength: 12 }),
      fc.record({ duplicate: fc.boolean(), reverse: fc.boolean() }),
      async (changes, faults, disorder) => {
        const { wix, heard, answers } = await withSubscriber();
        wix.webhooks.disorder(disorder);
        answers.push(...faults);
        const client = asApp();
        const last = new Map<string, number | undefined>();
        let acknowledged = 0;
        for (const { id, n, remove } of changes) {
          if (remove && last.get(id) === undefined) continue;
          await (remove ? client.items.remove('Notes', id) : client.items.save('Notes', { _id: id, n }));
          last.set(id, remove ? undefined : n);
          acknowledged += 1;
        }
        for (let round = 0; round < 13; round += 1) {
          await wix.webhooks.flush();
          wix.clock.forward(minutes(12 * 60));
        }
        expect(new Set(heard.map(({ metadata }) => metadata['_id'])).size).toBe(acknowledged);
        for (const [id, n] of last) {
          const ofItem = heard.filter(({ metadata }) => metadata['entityId'] === id);
          const sequenceOf = ({ metadata }: Heard) => Number(metadata['entityEventSequence']);
          const newest = ofItem.toSorted((one, other) => sequenceOf(one) - sequenceOf(other)).at(-1);
          expect((newest?.entity?.['data'] as { n?: number } | undefined)?.n).toBe(n);
        }
        wix.close();
      },
    ),
    { numRuns: process.env['LONG'] ? 60 : 6 },
  );
});
