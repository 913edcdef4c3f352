import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { asMobileApp, people, tokenOf } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';
import {
  adapterVariables,
  APP_ID,
  contextOf,
  identities,
  legacy,
  otherKeys,
  publicPem,
  send,
  signed,
  v3,
} from '../wix.ts';

/** Who gets in, and whose rows they reach: threat model JW and AD, protocol A1, A2 and B1. */

let site: Site;
const at = () => site.address;

beforeAll(async () => {
  site = await openSite({ variables: adapterVariables });
});
afterAll(() => site.stop());

const ada = identities.ada.memberId;
const grace = identities.grace.memberId;
const trips = { collectionId: 'Trips' };
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function parts(): Promise<{ payload: string }> {
  const [, payload = ''] = (await signed(trips)).split('.');
  return { payload };
}

describe('tokens', () => {
  test('JW-01 without a signature', async () => {
    const { payload } = await parts();
    for (const alg of ['none', 'None', 'NONE', 'nOnE', ''])
      for (const signature of ['', 'AAAA'])
        expect(
          (await send(at(), 'v3/items/query', `${base64({ alg })}.${payload}.${signature}`)).status,
        ).toBe(401);
  });

  test('JW-02 HS256 signed with the public key', async () => {
    const { payload } = await parts();
    const head = base64({ alg: 'HS256' });
    for (const key of [
      publicPem,
      publicPem.trim(),
      Buffer.from(publicPem.split('\n').slice(1, -2).join(''), 'base64'),
    ]) {
      const signature = createHmac('sha256', key).update(`${head}.${payload}`).digest('base64url');
      expect((await send(at(), 'v3/items/query', `${head}.${payload}.${signature}`)).status).toBe(401);
    }
  });

  test('JW-03 other algorithms', async () => {
    for (const alg of ['PS256', 'RS384'])
      expect((await v3(at(), 'items/query', trips, identities.app, { header: { alg } })).status).toBe(401);
    const { payload } = await parts();
    const { privateKey } = generateKeyPairSync('ed25519');
    const head = base64({ alg: 'EdDSA' });
    const signature = sign(null, Buffer.from(`${head}.${payload}`), privateKey).toString('base64url');
    expect((await send(at(), 'v3/items/query', `${head}.${payload}.${signature}`)).status).toBe(401);
  });

  test.each([
    ['JW-04 another audience', { aud: 'another' }],
    ['JW-04 a list with the right audience', { aud: [APP_ID, 'another'] }],
    ['JW-04 no audience', { aud: undefined }],
    ['JW-05 another issuer', { iss: 'evil.example' }],
    ['JW-05 no issuer', { iss: undefined }],
    ['JW-06 expired', { exp: Math.floor(Date.now() / 1000) - 120 }],
    ['JW-06 not valid yet', { nbf: Math.floor(Date.now() / 1000) + 600 }],
    ['JW-06 issued in the future', { iat: Math.floor(Date.now() / 1000) + 600 }],
    ['JW-06 too old', { iat: Math.floor(Date.now() / 1000) - 900 }],
    ['JW-06 without an end', { exp: undefined }],
    ['JW-14 a webhook', { data: '{"data":"{}"}' }],
  ])('%s', async (_, claims) => {
    const answer = await v3(at(), 'items/query', trips, identities.app, { claims });
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({
      errorCode: 'UNAUTHORIZED',
      applicationError: { code: 'UNAUTHORIZED' },
    });
  });

  test('JW-08 JW-09 keys and key ids in the header', async () => {
    const headers = [
      { kid: '../../etc/passwd' },
      { kid: "' OR 1=1" },
      { kid: 'https://evil.example' },
      { jku: 'https://evil.example' },
      { jwk: otherKeys.publicKey.export({ format: 'jwk' }) },
    ];
    for (const header of headers) {
      expect((await v3(at(), 'items/query', trips, identities.app, { header })).status).toBe(401);
      expect(
        (
          await v3(at(), 'items/query', trips, identities.app, {
            header,
            key: otherKeys.privateKey,
          })
        ).status,
      ).toBe(401);
    }
    expect(
      (await v3(at(), 'items/query', trips, identities.app, { header: { alg: 'RS256', kid: 'a-key' } }))
        .status,
    ).toBe(200);
    expect((await v3(at(), 'items/query', trips, identities.app, { key: otherKeys.privateKey })).status).toBe(
      401,
    );
  });

  test('JW-17 a body that is too large', async () => {
    const answer = await send(at(), 'v3/items/query', 'x'.repeat(6_100_000));
    expect(answer.status).toBe(413);
  });

  test('JW-18 another kind of extension', async () => {
    for (const appExtensionType of [undefined, 'PAYMENTS'])
      expect(
        (await v3(at(), 'items/query', trips, identities.app, { metadata: { appExtensionType } })).status,
      ).toBe(401);
    expect(
      (
        await v3(at(), 'items/query', trips, identities.app, {
          metadata: { appExtensionType: 'external_database_provider' },
        })
      ).status,
    ).toBe(200);
  });
});

describe('secrets', () => {
  test('AD-02 AD-03 a secret or a context that is missing or something else', async () => {
    for (const secretKey of [undefined, '', null, [], {}, true, 'wrong'])
      expect((await legacy(at(), 'provision', {}, contextOf({ settings: { secretKey } }))).status).toBe(401);
    expect((await send(at(), 'provision', '{}')).status).toBe(401);
    for (const context of [null, [], 'x', {}])
      expect((await legacy(at(), 'data/find', {}, context)).status).toBe(401);
    const { status, body } = await legacy(at(), 'provision');
    expect({ status, protocolVersion: body.protocolVersion }).toEqual({ status: 200, protocolVersion: 2 });
    expect((await v3(at(), 'provision', {})).body.protocolVersion).toBe(3);
  });
});

describe('whose rows', () => {
  test('members reach their own, in both generations', async () => {
    for (const [identity, id, count] of [
      [identities.ada, ada, 3],
      [identities.grace, grace, 2],
    ] as const) {
      const found = await v3(at(), 'items/query', { ...trips, returnTotalCount: true }, identity);
      expect(found.body.pagingMetadata.total).toBe(count);
      for (const item of found.body.items) expect(item._owner).toBe(id);
      const context = contextOf({ role: undefined, memberRole: 'MEMBER', memberId: id });
      expect((await legacy(at(), 'data/count', { collectionName: 'Trips' }, context)).body).toEqual({
        totalCount: count,
      });
    }
    expect((await v3(at(), 'items/count', trips, identities.owner)).body).toEqual({ totalCount: 5 });
  });

  test('a filter for anybody else only narrows', async () => {
    const filter = { $or: [{ _owner: grace }, { _owner: { $ne: ada } }, { $not: [{ _owner: ada }] }] };
    expect((await v3(at(), 'items/count', { ...trips, filter }, identities.ada)).body).toEqual({
      totalCount: 0,
    });
  });

  test('foreign rows are as good as missing, to reading and writing', async () => {
    const context = contextOf({ role: 'MEMBER', memberId: ada });
    const call = (path: string, more: object) =>
      legacy(at(), path, { collectionName: 'Trips', ...more }, context);
    for (const id of ['grace-dahlgren', 'nobody']) {
      expect((await call('data/get', { itemId: id })).status).toBe(404);
      expect((await call('data/update', { item: { _id: id, title: 'mine' } })).status).toBe(404);
      expect((await call('data/remove', { itemId: id })).status).toBe(404);
    }
    expect((await call('data/insert', { item: { _id: 'grace-dahlgren', title: 'mine' } })).status).toBe(409);
    const stamped = await call('data/insert', { item: { _id: 'ada-new', title: 'x' } });
    expect(stamped.body.item._owner).toBe(ada);
    expect((await call('data/insert', { item: { title: 'x', _owner: grace } })).status).toBe(400);
    expect((await call('data/update', { item: { _id: 'ada-new', _owner: grace } })).status).toBe(400);
    expect((await call('data/update', { item: { _id: 'ada-new', title: 'y' } })).body.item).toMatchObject({
      _owner: ada,
      title: 'y',
    });
    expect((await call('data/remove', { itemId: 'ada-new' })).status).toBe(200);
  });

  test('AD-04 a role beside the signed identity means nothing; two roles that disagree are a 400', async () => {
    const odd = { metadata: { role: 'OWNER', requestContext: { role: 'OWNER' } } };
    expect((await v3(at(), 'items/count', trips, identities.visitor, odd)).status).toBe(403);
    expect((await v3(at(), 'items/count', { ...trips, role: 'OWNER' }, identities.visitor)).status).toBe(400);
    const disagreeing = contextOf({ role: 'OWNER', memberRole: 'VISITOR' });
    expect((await legacy(at(), 'data/count', { collectionName: 'Trips' }, disagreeing)).status).toBe(400);
  });

  test('AD-06 a member without a name, an unknown role and an unknown identity own nothing', async () => {
    for (const changes of [
      { role: 'MEMBER', memberId: null },
      { role: 'GOD', memberId: ada },
      { role: null, memberId: ada },
    ])
      expect((await legacy(at(), 'data/find', { collectionName: 'Trips' }, contextOf(changes))).status).toBe(
        403,
      );
    for (const identity of [
      undefined,
      { identityType: 'MEMBER' },
      { identityType: 'UNKNOWN', memberId: ada },
      { identityType: 'constructor' },
    ])
      expect((await v3(at(), 'items/query', trips, identity ?? { identityType: 'UNKNOWN' })).status).toBe(
        403,
      );
  });
});

test('cookies and tokens of ours mean nothing here, and no budget of visitors is used up', async () => {
  const token = await tokenOf(site, people.ada);
  const headers = {
    cookie: `__Host-gatehouse=${token}`,
    authorization: `Bearer ${token}`,
    origin: 'https://evil.example',
  };
  expect((await send(at(), 'v3/items/count', await signed(trips, identities.grace), headers)).body).toEqual({
    totalCount: 2,
  });
  expect((await send(at(), 'v3/items/count', '', headers)).status).toBe(401);
  const answer = await (await asMobileApp(site, 'ada')).get('/api/external-database/provision');
  expect(answer.status).toBe(405);
});

test('AD-19 what fails tells neither SQL nor names of the database', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const answer = await v3(at(), 'items/insert', { ...trips, items: [{ _id: 'ada-turin' }] });
  expect(answer.text).not.toMatch(/SQLITE|UNIQUE|constraint|INSERT/i);
  expect(answer.body.results[0].error.errorCode).toBe('ITEM_ALREADY_EXISTS');
  vi.restoreAllMocks();
});

test('bodies that are no calls', async () => {
  for (const body of ['', '{', '[]', 'null', '"x"', '['.repeat(100_000)]) {
    const answer = await send(at(), 'data/find', body);
    expect([400, 401]).toContain(answer.status);
    expect(answer.body.message).toEqual(expect.any(String));
  }
  expect((await legacy(at(), 'data/nothing')).status).toBe(404);
  expect((await v3(at(), 'items/constructor', {})).status).toBe(404);
});
