import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ADA, MEMBER, startFixtureServer, TOKEN, type FixtureServer } from '../test/fixture-server.ts';
import { Gatehouse, GatehouseError } from './index.ts';

let server: FixtureServer;
beforeAll(async () => {
  server = await startFixtureServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.received.length = 0;
});

const asVisitor = () => new Gatehouse({ baseUrl: server.origin });
const asAda = () => new Gatehouse({ baseUrl: server.origin, token: TOKEN });

describe('signing in', () => {
  test('log in once, then make all calls', async () => {
    const gatehouse = asVisitor();
    expect(gatehouse.token).toBeUndefined();
    const { result, status, headers } = await gatehouse.login(ADA);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(result).toMatchObject({ state: 'SUCCESS', token: TOKEN, tokenType: 'Bearer', member: MEMBER });
    expect(gatehouse.token).toBe(TOKEN);

    const list = await gatehouse.collection('SITConnections').list({ limit: 20 });
    expect(list.result.items).toHaveLength(5);
    expect(server.last().headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  test('what was given to login is what is sent', async () => {
    await asVisitor().login({ ...ADA, device: 'Ada’s phone', captchaToken: 'solved' });
    expect(server.last()).toMatchObject({ method: 'POST', url: '/api/auth/login' });
    expect(server.last().body).toEqual({ ...ADA, device: 'Ada’s phone', captchaToken: 'solved' });
    expect(server.last().headers['content-type']).toBe('application/json');
  });

  test('a dead token does not stand in the way of a new sign-in', async () => {
    const gatehouse = new Gatehouse({ baseUrl: server.origin, token: 'gh_s_dead' });
    await gatehouse.login(ADA);
    expect(server.last().headers.authorization).toBeUndefined();
    expect(gatehouse.token).toBe(TOKEN);
  });

  test('a wrong password is a 401 and leaves the client as it was', async () => {
    const gatehouse = asAda();
    const login = gatehouse.login({ ...ADA, password: 'wrong' });
    await expect(login).rejects.toMatchObject({ code: 'invalid-credentials', isUnauthenticated: true });
    expect(gatehouse.token).toBe(TOKEN);
  });

  test('registering signs in, or says what has to happen first', async () => {
    const gatehouse = asVisitor();
    const { status, result } = await gatehouse.register({
      email: 'new@example.com',
      password: 'secret-1234',
      profile: { firstName: 'New' },
    });
    expect(status).toBe(202);
    expect(result).toEqual({ state: 'EMAIL_VERIFICATION_REQUIRED', verificationToken: 'verify-me' });
    expect(gatehouse.token).toBeUndefined();

    const approval = await gatehouse.login({ email: 'approval@example.com', password: 'secret-1234' });
    expect(approval.result.state).toBe('OWNER_APPROVAL_REQUIRED');
    expect(gatehouse.token).toBeUndefined();

    const registered = await gatehouse.register({ email: 'open@example.com', password: 'secret-1234' });
    expect(registered.status).toBe(201);
    expect(gatehouse.token).toBe(TOKEN);
  });

  test('the code from the mail finishes what was started', async () => {
    const gatehouse = asVisitor();
    const verificationToken = 'verify-me';
    await expect(gatehouse.verify({ verificationToken, code: '000000' })).rejects.toMatchObject({
      isInvalid: true,
    });
    expect(gatehouse.token).toBeUndefined();
    const { result } = await gatehouse.verify({ verificationToken, code: '123456' });
    expect(server.last()).toMatchObject({
      url: '/api/auth/verify',
      body: { verificationToken, code: '123456' },
    });
    expect(result.state).toBe('SUCCESS');
    expect(gatehouse.token).toBe(TOKEN);
  });

  test('an e-mail that is taken is told apart by its code', async () => {
    await expect(asVisitor().register(ADA)).rejects.toMatchObject({
      status: 409,
      code: 'email-already-exists',
    });
  });

  test('a success without a usable token is an error, not a client that looks signed in', async () => {
    const gatehouse = asVisitor();
    server.next((_, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"state":"SUCCESS","token":"a\\nb"}');
    });
    await expect(gatehouse.login(ADA)).rejects.toMatchObject({ code: 'unreadable-answer' });
    expect(gatehouse.token).toBeUndefined();
  });

  test('a stored token is enough, and a store’s null is no token', async () => {
    expect((await asAda().me()).result).toEqual(MEMBER);
    expect(new Gatehouse({ baseUrl: server.origin, token: null }).token).toBeUndefined();
  });
});

describe('signing out', () => {
  test('ends the session and forgets the token', async () => {
    const gatehouse = asAda();
    const { status, result } = await gatehouse.logout();
    expect({ status, result }).toEqual({ status: 204, result: undefined });
    expect(server.last()).toMatchObject({ method: 'POST', url: '/api/auth/logout' });
    expect(server.last().headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(gatehouse.token).toBeUndefined();
  });

  test('forgets the token also when the session is over already', async () => {
    const gatehouse = new Gatehouse({ baseUrl: server.origin, token: 'gh_s_dead' });
    await expect(gatehouse.logout()).rejects.toMatchObject({ isUnauthenticated: true });
    expect(gatehouse.token).toBeUndefined();
  });

  test('forgets the token also without a connection', async () => {
    const gatehouse = new Gatehouse({
      baseUrl: server.origin,
      token: TOKEN,
      fetch: () => Promise.reject(new TypeError()),
    });
    await expect(gatehouse.logout()).rejects.toMatchObject({ kind: 'network' });
    expect(gatehouse.token).toBeUndefined();
  });

  test('a sign-in that finishes meanwhile keeps its token', async () => {
    const gatehouse = new Gatehouse({ baseUrl: server.origin, token: 'gh_s_dead' });
    let finish = (): void => {};
    server.next((_, response) => {
      finish = () => response.writeHead(204).end();
    });
    const logout = gatehouse.logout();
    await expect.poll(() => server.received.length).toBe(1);
    await gatehouse.login(ADA);
    finish();
    await logout;
    expect(gatehouse.token).toBe(TOKEN);
  });
});

describe('the member and the site', () => {
  test('every call answers result, status and headers', async () => {
    const gatehouse = asAda();
    const answers = [
      await gatehouse.me(),
      await gatehouse.collections(),
      await gatehouse.connections({ email: ADA.email }),
      await gatehouse.siteProperties(),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(answers.map(({ headers }) => headers.get('content-type'))).toEqual(
      Array(4).fill('application/json'),
    );
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/me',
      'GET /api/collections',
      'GET /api/connections?email=ada%40example.com',
      'GET /api/site-properties',
    ]);
  });

  test('the forum’s example: a member’s own connections, and nobody else’s', async () => {
    const { result } = await asAda().connections({ email: ADA.email });
    expect(result.items).toHaveLength(5);
    await expect(asAda().connections({ email: 'grace@example.com' })).rejects.toMatchObject({
      isForbidden: true,
    });
  });

  test('collections say what may be done', async () => {
    const { result } = await asAda().collections();
    expect(result.collections[0]).toMatchObject({ name: 'SITConnections', actions: ['query', 'insert'] });
  });

  test('a 401 leaves the decision about the token to the app', async () => {
    const gatehouse = new Gatehouse({ baseUrl: server.origin, token: 'gh_s_dead' });
    await expect(gatehouse.me()).rejects.toBeInstanceOf(GatehouseError);
    expect(gatehouse.token).toBe('gh_s_dead');
  });
});

describe('baseUrl', () => {
  test('works with and without a slash at the end, and behind a path prefix', async () => {
    const prefixed = await startFixtureServer('/members/area');
    try {
      for (const end of ['/members/area', '/members/area/', '/members/area//']) {
        await new Gatehouse({ baseUrl: prefixed.origin + end, token: TOKEN }).me();
      }
      expect(prefixed.received.map(({ url }) => url)).toEqual(Array(3).fill('/members/area/api/me'));
    } finally {
      await prefixed.close();
    }
  });

  test.each([
    'ftp://example.com',
    'javascript:alert(1)',
    'file:///etc/hosts',
    'example.com',
    '//example.com',
    '/api',
    '',
    'https://',
    'https:///path',
    'https://user:secret@example.com',
    'https://example.com?x=1',
    'https://example.com/#top',
    'https://exam ple.com',
    'https://example.com\\@evil.example',
  ])('%j is refused at once', (baseUrl) => {
    expect(() => new Gatehouse({ baseUrl })).toThrow(/^baseUrl must be an http or https address/);
  });

  test('something that is not text is refused in the same words', () => {
    expect(() => new Gatehouse({ baseUrl: undefined as unknown as string })).toThrow(/^baseUrl must be/);
  });
});
