import { beforeEach, describe, expect, test } from 'vitest';
import type { AccessTokenStore } from './access-token-store.ts';
import { visitor } from './actor.ts';
import { assertMember, assertSignedIn, identify } from './authenticate.ts';
import type { SessionStore } from './session-store.ts';
import { createToken } from './token.ts';

const ada = {
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  nickname: 'Ada',
  firstName: 'Ada',
  lastName: 'Lovelace',
};
const expiresAt = new Date('2026-12-24T18:00:00Z');
const sessionToken = createToken('session');
const accessToken = createToken('access-token');

let extended: boolean;
let asked: string[];

/** Stores that know one token each. */
const stores = {
  sessions: {
    validate: (token: string) => {
      asked.push('sessions');
      const session = { id: 's1', memberId: ada.id, device: null, createdAt: expiresAt, expiresAt };
      const found = { session: { ...session, lastSeenAt: expiresAt }, member: ada, extended };
      return Promise.resolve(token === sessionToken ? found : null);
    },
  } as Partial<SessionStore> as SessionStore,
  accessTokens: {
    validate: (token: string) => {
      asked.push('access tokens');
      const found = { accessToken: { id: 't1', scopes: ['profile:read'] }, member: ada };
      return Promise.resolve(token === accessToken ? found : null);
    },
  } as unknown as AccessTokenStore,
};

beforeEach(() => {
  extended = false;
  asked = [];
});

const adaBySession = {
  kind: 'member',
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  credential: { kind: 'session', id: 's1' },
  scopes: null,
};
const adaByToken = {
  ...adaBySession,
  credential: { kind: 'access-token', id: 't1' },
  scopes: ['profile:read'],
};

describe('who is asking', () => {
  test('a visitor, when no credential came along; no store is asked', async () => {
    expect(await identify({ kind: 'none' }, stores)).toEqual({ actor: visitor, extendedTo: null });
    expect(asked).toEqual([]);
  });

  test.each(['bearer', 'cookie'] as const)('the member of a session, by %s', async (kind) => {
    const { actor, extendedTo } = await identify({ kind, token: sessionToken }, stores);
    expect(actor).toEqual(adaBySession);
    expect(extendedTo).toBeNull();
    expect(asked).toEqual(['sessions']);
  });

  test('a session that was extended says until when, so that its cookie can follow', async () => {
    extended = true;
    expect(await identify({ kind: 'cookie', token: sessionToken }, stores)).toMatchObject({
      extendedTo: expiresAt,
    });
  });

  test('the member of an access token, with its scopes', async () => {
    const identified = await identify({ kind: 'bearer', token: accessToken }, stores);
    expect(identified).toEqual({ actor: adaByToken, extendedTo: null });
    expect(asked).toEqual(['access tokens']);
  });

  test('SE-14 an access token in a cookie is none: somebody else planted it there', async () => {
    await expect(identify({ kind: 'cookie', token: accessToken }, stores)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    expect(asked).not.toContain('access tokens');
  });

  test('what was found out cannot be changed afterwards', async () => {
    for (const token of [sessionToken, accessToken]) {
      const { actor } = await identify({ kind: 'bearer', token }, stores);
      expect(Object.isFrozen(actor)).toBe(true);
    }
  });
});

describe('a refusal', () => {
  const challenge = { 'www-authenticate': 'Bearer realm="gatehouse", error="invalid_token"' };

  test.each([
    ['bearer', createToken('session'), 'The session is unknown, has ended or has expired. Sign in again.'],
    ['cookie', createToken('session'), 'The session is unknown, has ended or has expired. Sign in again.'],
    ['bearer', 'nonsense', 'The session is unknown, has ended or has expired. Sign in again.'],
    ['bearer', createToken('access-token'), 'The access token is unknown, has ended or has expired.'],
  ] as const)('by %s of what no store knows is told as such: %#', async (kind, token, detail) => {
    await expect(identify({ kind, token }, stores)).rejects.toMatchObject({
      code: 'unauthenticated',
      detail,
      headers: challenge,
    });
  });

  test('of a header that holds no bearer token says how it must look; no store is asked', async () => {
    await expect(identify({ kind: 'unusable' }, stores)).rejects.toMatchObject({
      code: 'unauthenticated',
      detail: 'The Authorization header must be "Bearer" and one token.',
    });
    expect(asked).toEqual([]);
  });
});

describe('what needs somebody', () => {
  const member = adaBySession as Parameters<typeof assertSignedIn>[0];
  const token = adaByToken as Parameters<typeof assertSignedIn>[0];
  const signIn = expect.objectContaining({
    code: 'unauthenticated',
    detail: 'Sign in and send the token as "Authorization: Bearer …".',
  });

  test('a member is not for visitors', () => {
    expect(() => assertMember(visitor)).toThrow(signIn);
    for (const actor of [member, token]) expect(() => assertMember(actor)).not.toThrow();
  });

  test('somebody who has signed in is for neither visitors nor access tokens', () => {
    expect(() => assertSignedIn(visitor)).toThrow(signIn);
    expect(() => assertSignedIn(token)).toThrow(expect.objectContaining({ code: 'insufficient-scope' }));
    expect(() => assertSignedIn(member)).not.toThrow();
  });
});
