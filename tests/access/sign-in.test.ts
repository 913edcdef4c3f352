import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  actor,
  asBearer,
  asVisitor,
  expectProblem,
  people,
  tokenOf,
  withoutRequestId,
  type Actor,
  type Answer,
} from '../actors.ts';
import { openSite, type Site } from '../harness.ts';

const LOGIN = '/api/auth/login';
const REGISTER = '/api/auth/register';
const VERIFY = '/api/auth/verify';
const CONNECTIONS = '/api/collections/SITConnections/items';

let site: Site;
let visitor: Actor;

beforeAll(async () => {
  site = await openSite();
  visitor = asVisitor(site);
});

afterEach(() => {
  site.trouble(null);
  site.emulator.settings.set({ emailVerification: false, ownerApproval: false, trustSignUps: true });
});

afterAll(() => site.stop());

/** Nothing in the answer would let anybody in. */
function expectNoCredential(answer: Answer): void {
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect(answer.text).not.toContain('gh_s_');
  expect(answer.text).not.toMatch(/JWS|accessToken|refreshToken|stateToken|sessionToken/);
}

/** The answer without what may differ between two requests. */
function comparable(answer: Answer) {
  const headers = [...answer.headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
  return { status: answer.status, headers, length: answer.text.length, body: withoutRequestId(answer) };
}

describe('signing in', () => {
  test('a member gets a token that works, and nothing of Wix comes along', async () => {
    const answer = await visitor.post(LOGIN, { ...people.ada, device: 'Pixel 9' });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toEqual({
      state: 'SUCCESS',
      token: expect.stringMatching(/^gh_s_[\w-]{43}$/),
      tokenType: 'Bearer',
      expiresAt: expect.any(String),
      member: {
        id: '1815ada0-1210-4000-8000-000000000001',
        email: 'ada@example.com',
        emailVerified: true,
        nickname: 'Ada',
        firstName: 'Ada',
        lastName: 'Lovelace',
      },
    });
    const days = (Date.parse(answer.body.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThanOrEqual(30);
    expect(answer.text).not.toMatch(/JWS/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await asBearer(site, 'ada', answer.body.token).get('/api/me')).body.email).toBe(
      'ada@example.com',
    );
  });

  test('every sign-in gives a token of its own', async () => {
    const tokens = await Promise.all([1, 2, 3].map(() => tokenOf(site, people.ada)));
    expect(new Set(tokens).size).toBe(3);
  });

  test('the API never sets a cookie: not for success, not for failure, not for somebody who has one', async () => {
    const withCookie = actor(site, 'ada again', {
      cookie: `__Host-gatehouse=${await tokenOf(site, people.ada)}`,
      origin: site.address,
    });
    for (const someone of [visitor, withCookie]) {
      const success = await someone.post(LOGIN, people.ada);
      expect(success.status).toBe(200);
      expect(success.headers.getSetCookie()).toEqual([]);
      const failure = await someone.post(LOGIN, { ...people.ada, password: 'wrong' });
      expect(failure.status).toBe(401);
      expect(failure.headers.getSetCookie()).toEqual([]);
    }
  });

  test('AU-01 a wrong password and an unknown e-mail answer alike, but for the request id', async () => {
    const wrong = await visitor.post(LOGIN, { email: 'ada@example.com', password: 'babbage-1791' });
    const unknown = await visitor.post(LOGIN, { email: 'eve@example.com', password: 'babbage-1791' });
    for (const answer of [wrong, unknown]) {
      expectProblem(answer, 401, 'invalid-credentials');
      expectNoCredential(answer);
    }
    expect(comparable(wrong)).toEqual(comparable(unknown));
    expect(wrong.text).not.toMatch(/ada@|eve@/);
  });

  test.each(['ADA@EXAMPLE.COM', ' ada@example.com', 'Ada@Example.com  ', '\tada@example.COM\n'])(
    'AU-02 %j is Ada’s e-mail, however it is typed',
    async (email) => {
      const answer = await visitor.post(LOGIN, { email, password: people.ada.password });
      expect(answer.status, answer.text).toBe(200);
      expect(answer.body.member).toMatchObject({
        id: '1815ada0-1210-4000-8000-000000000001',
        email: 'ada@example.com',
      });
      expectProblem(
        await visitor.post(REGISTER, { email, password: 'another-1815' }),
        409,
        'email-already-exists',
      );
    },
  );

  test('AU-02 an address with a plus or other dots is somebody else', async () => {
    for (const email of ['ada+news@example.com', 'a.da@example.com']) {
      expectProblem(
        await visitor.post(LOGIN, { email, password: people.ada.password }),
        401,
        'invalid-credentials',
      );
    }
  });

  test('a blocked member is refused like a wrong password, and gets in again once unblocked', async () => {
    const wrong = await visitor.post(LOGIN, { ...people.grace, password: 'wrong' });
    site.emulator.members.setStatus('grace@example.com', 'BLOCKED');
    const blocked = await visitor.post(LOGIN, people.grace);
    site.emulator.members.setStatus('grace@example.com', 'APPROVED');
    expectProblem(blocked, 401, 'invalid-credentials');
    expectNoCredential(blocked);
    expect(comparable(blocked)).toEqual(comparable(wrong));
    expect((await visitor.post(LOGIN, people.grace)).status).toBe(200);
  });

  test.each([
    ['-19971', 403, 'captcha-required'],
    ['-19970', 403, 'captcha-required'],
    ['-19973', 401, 'password-reset-required'],
  ])('what Wix says with %s is passed on as %i %s', async (code, status, problem) => {
    site.trouble(async (request, forward) =>
      request.url.endsWith('/v2/login')
        ? Response.json(
            { message: 'inner text', details: { applicationError: { code, description: 'inner text' } } },
            { status: 401 },
          )
        : forward(request),
    );
    const answer = await visitor.post(LOGIN, people.ada);
    expectProblem(answer, status, problem);
    expectNoCredential(answer);
    expect(answer.text).not.toContain('inner text');
  });

  test('a captcha’s answer is handed to Wix', async () => {
    let sent: unknown;
    site.trouble(async (request, forward) => {
      if (request.url.endsWith('/v2/login')) sent = await request.clone().json();
      return forward(request);
    });
    expect((await visitor.post(LOGIN, { ...people.ada, captchaToken: 'solved' })).status).toBe(200);
    expect(sent).toMatchObject({ captchaTokens: [{ Recaptcha: 'solved' }] });
  });
});

describe('what is refused before Wix is asked', () => {
  const doors: [path: string, good: Record<string, unknown>, typed: string[]][] = [
    [LOGIN, people.ada, ['email', 'password']],
    [REGISTER, { email: 'mallory@example.com', password: 'mallory-1999' }, ['email', 'password']],
    [VERIFY, { verificationToken: 'x', code: '123456' }, ['verificationToken', 'code']],
  ];
  const wrongValues: unknown[] = [
    ['text'],
    { text: 1 },
    { toString: 'x' },
    42,
    true,
    false,
    null,
    '',
    undefined,
  ];
  const wrongTypes = doors.flatMap(([path, good, fields]) =>
    fields.flatMap((field) => wrongValues.map((value) => ({ path, field, value, good }))),
  );

  test.each(wrongTypes)('AU-04 $path with $field $value', async ({ path, field, value, good }) => {
    site.forget();
    const answer = await visitor.post(path, { ...good, [field]: value });
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toEqual([field]);
    expectNoCredential(answer);
    expect(site.wixCalls).toEqual([]);
  });

  test.each([
    'ada',
    'ada@',
    '@example.com',
    'ada@example',
    'ada@@example.com',
    `${'a'.repeat(300)}@example.com`,
  ])('AU-04 %j is no e-mail address', async (email) => {
    site.forget();
    for (const path of [LOGIN, REGISTER]) {
      expectProblem(await visitor.post(path, { email, password: 'x-1234' }), 400, 'invalid-request');
    }
    expect(site.wixCalls).toEqual([]);
  });

  test.each([
    [1024 * 1024, 413, 'payload-too-large'],
    [100 * 1024, 413, 'payload-too-large'],
    [1025, 400, 'invalid-request'],
  ])('AU-06 a password of %i characters: %i', async (length, status, code) => {
    site.forget();
    const password = 'p'.repeat(length);
    for (const path of [LOGIN, REGISTER]) {
      const answer = await visitor.post(path, { email: 'ada@example.com', password });
      expectProblem(answer, status, code);
      expectNoCredential(answer);
      expect(answer.text.length).toBeLessThan(1000);
    }
    expect(site.wixCalls).toEqual([]);
  });

  test('AU-06 200 passwords of 100 kB at once cost no upstream call, and Ada still gets in', async () => {
    site.forget();
    const body = { email: 'ada@example.com', password: 'p'.repeat(100 * 1024) };
    const answers = await Promise.all(Array.from({ length: 200 }, () => visitor.post(LOGIN, body)));
    for (const answer of answers) expectProblem(answer, 413, 'payload-too-large');
    expect(site.wixCalls).toEqual([]);
    expect((await visitor.post(LOGIN, people.ada)).status).toBe(200);
  });

  test.each([
    ['application/x-www-form-urlencoded', 'email=ada%40example.com&password=lovelace-1815'],
    ['text/plain', JSON.stringify(people.ada)],
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="email"\r\n\r\nx\r\n--b--',
    ],
  ])('AU-11 another site cannot post %s to the login, and no cookie is set', async (type, body) => {
    site.forget();
    const form = (headers: Record<string, string>) =>
      visitor.send(LOGIN, { method: 'POST', body, headers: { 'content-type': type, ...headers } });
    const foreign = await form({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
    expectProblem(foreign, 403, 'cross-site');
    const silent = await form({});
    expectProblem(silent, 415, 'unsupported-media-type');
    for (const answer of [foreign, silent]) expectNoCredential(answer);
    expect(site.wixCalls).toEqual([]);
  });

  test('AU-11 another site cannot post JSON to the login either, whatever else it sends along', async () => {
    site.forget();
    const more: Record<string, string>[] = [
      {},
      { 'sec-fetch-site': 'cross-site' },
      // A header that we cannot use is no proof of not being a browser.
      { authorization: 'Basic YTpi' },
      { authorization: '' },
    ];
    for (const headers of more) {
      const evil = actor(site, 'another site', { origin: 'https://evil.example', ...headers });
      const answer = await evil.post(LOGIN, people.ada);
      expectProblem(answer, 403, 'cross-site');
      expectNoCredential(answer);
    }
    expect(site.wixCalls).toEqual([]);
  });

  const smuggled = [
    'memberId',
    'userId',
    'role',
    'roles',
    'permissions',
    'emailVerified',
    'loginId',
    'token',
  ];
  test.each(smuggled)('AU-12 %s in a body is refused, not ignored', async (key) => {
    site.forget();
    for (const [path, good] of doors) {
      const answer = await visitor.post(path, { ...good, [key]: '2024cafe-0101-4000-8000-000000000004' });
      expectProblem(answer, 400, 'invalid-request');
      expect(answer.body.errors).toEqual([{ path: key, message: 'is not known here' }]);
      expectNoCredential(answer);
    }
    expect(site.wixCalls).toEqual([]);
  });

  test('AU-12 nor can a profile carry more than names', async () => {
    site.forget();
    const body = {
      email: 'mallory@example.com',
      password: 'mallory-1999',
      profile: { privacyStatus: 'PUBLIC' },
    };
    const answer = await visitor.post(REGISTER, body);
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors).toEqual([{ path: 'profile.privacyStatus', message: 'is not known here' }]);
    expect(site.wixCalls).toEqual([]);
    expect(site.emulator.members.find('mallory@example.com')).toBeUndefined();
  });
});

describe('registering', () => {
  test('on the demo site a sign-up counts as verified, and starts with nothing of anybody’s', async () => {
    const answer = await visitor.post(REGISTER, { email: 'christine@example.com', password: 'darden-1942' });
    expect(answer.body).toMatchObject({ state: 'SUCCESS', member: { emailVerified: true } });
    const christine = asBearer(site, 'christine', answer.body.token);
    expect((await christine.get(CONNECTIONS)).body.items).toEqual([]);
    const added = await christine.post(CONNECTIONS, { name: 'Mary Jackson' });
    expect(added.body, added.text).toMatchObject({
      name: 'Mary Jackson',
      memberEmail: 'christine@example.com',
    });
    expect((await christine.get(CONNECTIONS)).body.items).toEqual([added.body]);
  });

  test('elsewhere a new member is signed in at once, with an e-mail that owns nothing yet', async () => {
    site.emulator.settings.set({ trustSignUps: false });
    const answer = await visitor.post(REGISTER, {
      email: ' Katherine@Example.com ',
      password: 'johnson-1918',
      profile: { firstName: 'Katherine', lastName: 'Johnson', nickname: 'Kat' },
      device: 'Mercury',
    });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body).toMatchObject({
      state: 'SUCCESS',
      tokenType: 'Bearer',
      member: {
        email: 'katherine@example.com',
        emailVerified: false,
        nickname: 'Kat',
        firstName: 'Katherine',
        lastName: 'Johnson',
      },
    });
    expect(answer.headers.getSetCookie()).toEqual([]);
    const katherine = asBearer(site, 'katherine', answer.body.token);
    expect((await katherine.get('/api/me')).body).toEqual(answer.body.member);

    site.forget();
    expect((await katherine.get(CONNECTIONS)).body.items).toEqual([]);
    expectProblem(await katherine.post(CONNECTIONS, { name: 'John Glenn' }), 403, 'forbidden');
    expect(site.wixCalls.filter(({ rights }) => rights === 'app')).toEqual([]);
  });

  test('AU-02 the spellings of one address make one account', async () => {
    const password = 'hamilton-1936';
    const first = await visitor.post(REGISTER, { email: 'Margaret@Example.com', password });
    expect(first.status).toBe(201);
    for (const email of ['margaret@example.com', ' MARGARET@EXAMPLE.COM ']) {
      expectProblem(await visitor.post(REGISTER, { email, password }), 409, 'email-already-exists');
      const login = await visitor.post(LOGIN, { email, password });
      expect(login.body.member.id).toBe(first.body.member.id);
    }
  });

  test('an address that is taken stays its member’s, old password and all', async () => {
    const answer = await visitor.post(REGISTER, { email: 'ada@example.com', password: 'stolen-1815' });
    expectProblem(answer, 409, 'email-already-exists');
    expectNoCredential(answer);
    expectProblem(
      await visitor.post(LOGIN, { email: 'ada@example.com', password: 'stolen-1815' }),
      401,
      'invalid-credentials',
    );
    expect((await visitor.post(LOGIN, people.ada)).status).toBe(200);
  });

  test('a password that Wix does not accept is 400, without Wix’s words', async () => {
    const answer = await visitor.post(REGISTER, { email: 'short@example.com', password: 'abc' });
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.detail).toBe('Wix did not accept these details.');
    expect(answer.body.errors).toEqual([{ path: 'password', message: 'is not accepted by Wix' }]);
    expect(site.emulator.members.find('short@example.com')).toBeUndefined();
  });

  test('ten registrations of one address at once make one member', async () => {
    const body = { email: 'race@example.com', password: 'race-2026' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => visitor.post(REGISTER, body)));
    const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other);
    expect(statuses).toEqual([201, 409, 409, 409, 409, 409, 409, 409, 409, 409]);
  });
});

describe('verifying an e-mail', () => {
  let stateTokens: string[];

  /** Registers while the site wants a code; notes what Wix's own token was. */
  async function askForCode(email: string): Promise<{ verificationToken: string; code: string }> {
    site.emulator.settings.set({ emailVerification: true });
    stateTokens = [];
    site.trouble(async (request, forward) => {
      const response = await forward(request);
      const text = await response.clone().text();
      const token = /"stateToken":"([^"]+)"/.exec(text)?.[1];
      if (token) stateTokens.push(token);
      return response;
    });
    const answer = await visitor.post(REGISTER, { email, password: 'verified-2026' });
    expect(answer.status, answer.text).toBe(202);
    expect(Object.keys(answer.body)).toEqual(['state', 'verificationToken']);
    expect(answer.body.state).toBe('EMAIL_VERIFICATION_REQUIRED');
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(answer.text).not.toContain('gh_s_');
    const { code } = site.emulator.outbox.findLast(({ to }) => to === email) ?? { code: '' };
    expect(code).toMatch(/^\d{6}$/);
    expect(answer.text).not.toContain(code);
    return { verificationToken: answer.body.verificationToken as string, code };
  }

  const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

  test('with the code from the mail the member is in, and owns what is under their e-mail', async () => {
    const { verificationToken, code } = await askForCode('dorothy@example.com');
    const answer = await visitor.post(VERIFY, { verificationToken, code, device: 'Langley' });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toMatchObject({
      state: 'SUCCESS',
      member: { email: 'dorothy@example.com', emailVerified: true },
    });
    expect(answer.headers.getSetCookie()).toEqual([]);
    const dorothy = asBearer(site, 'dorothy', answer.body.token);
    expect((await dorothy.post(CONNECTIONS, { name: 'Mary Jackson' })).status).toBe(201);
  });

  test('Wix’s own state token never leaves the server, and is not accepted in place of ours', async () => {
    const { verificationToken, code } = await askForCode('mary@example.com');
    expect(stateTokens).toHaveLength(1);
    const [stateToken = ''] = stateTokens;
    expect(verificationToken).not.toContain(stateToken);
    expect(Buffer.from(verificationToken, 'base64url').toString('latin1')).not.toContain(stateToken);
    site.forget();
    const answer = await visitor.post(VERIFY, { verificationToken: stateToken, code });
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors).toEqual([{ path: 'verificationToken', message: 'is not one of ours' }]);
    expect(site.wixCalls).toEqual([]);
  });

  test('a wrong code is 400 and signs nobody in; the right one still does', async () => {
    const { verificationToken, code } = await askForCode('annie@example.com');
    const refused = await visitor.post(VERIFY, { verificationToken, code: wrong(code) });
    expectProblem(refused, 400, 'invalid-request');
    expect(refused.body.errors).toEqual([{ path: 'code', message: 'is wrong or too old' }]);
    expectNoCredential(refused);
    expect(site.emulator.members.find('annie@example.com')?.loginEmailVerified).toBe(false);
    expect((await visitor.post(VERIFY, { verificationToken, code })).status).toBe(200);
  });

  test('a code works once', async () => {
    const { verificationToken, code } = await askForCode('evelyn@example.com');
    expect((await visitor.post(VERIFY, { verificationToken, code })).status).toBe(200);
    const again = await visitor.post(VERIFY, { verificationToken, code });
    expectProblem(again, 400, 'invalid-request');
    expectNoCredential(again);
  });

  test('after five wrong codes the right one is too late', async () => {
    const { verificationToken, code } = await askForCode('guess@example.com');
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const answer = await visitor.post(VERIFY, { verificationToken, code: wrong(code) });
      expectProblem(answer, 400, 'invalid-request');
    }
    expectProblem(await visitor.post(VERIFY, { verificationToken, code }), 400, 'invalid-request');
  });

  test('the token of one member does not take the code of another', async () => {
    const one = await askForCode('one@example.com');
    const other = await askForCode('other@example.com');
    const mixed = await visitor.post(VERIFY, { verificationToken: one.verificationToken, code: other.code });
    expectProblem(mixed, 400, 'invalid-request');
    expectNoCredential(mixed);
  });

  test('a token that was changed is refused without asking Wix', async () => {
    const { verificationToken, code } = await askForCode('tampered@example.com');
    const bytes = Buffer.from(verificationToken, 'base64url');
    const changed = [0, 5, 12, bytes.length >> 1, bytes.length - 1].map((at) => {
      const copy = Buffer.from(bytes);
      copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
      return copy.toString('base64url');
    });
    site.forget();
    for (const token of [...changed, verificationToken.slice(4), 'A', '=', 'x'.repeat(8192)]) {
      const answer = await visitor.post(VERIFY, { verificationToken: token, code });
      expectProblem(answer, 400, 'invalid-request');
      expect(answer.body.errors).toEqual([{ path: 'verificationToken', message: 'is not one of ours' }]);
    }
    expect(site.wixCalls).toEqual([]);
  });

  test('a member who never verified is asked for the code at every sign-in, and a verified one is not', async () => {
    site.emulator.settings.set({ emailVerification: true });
    const alan = await visitor.post(LOGIN, people.alan);
    expect(alan.status).toBe(202);
    expect(alan.body).toEqual({
      state: 'EMAIL_VERIFICATION_REQUIRED',
      verificationToken: expect.any(String),
    });
    expectProblem(await visitor.post(LOGIN, { ...people.alan, password: 'x' }), 401, 'invalid-credentials');
    expect((await visitor.post(LOGIN, people.ada)).status).toBe(200);
  });
});

describe('owner approval', () => {
  test('a new member waits outside until the owner agrees', async () => {
    site.emulator.settings.set({ ownerApproval: true });
    const newcomer = { email: 'rear@example.com', password: 'window-1954' };
    for (const path of [REGISTER, LOGIN]) {
      const answer = await visitor.post(path, newcomer);
      expect(answer.status, answer.text).toBe(202);
      expect(answer.body).toEqual({ state: 'OWNER_APPROVAL_REQUIRED' });
      expectNoCredential(answer);
    }
    site.emulator.members.setStatus('rear@example.com', 'APPROVED');
    expect((await visitor.post(LOGIN, newcomer)).status).toBe(200);
  });

  test('a code from the mail does not stand in for the owner’s word', async () => {
    site.emulator.settings.set({ ownerApproval: true, emailVerification: true });
    const newcomer = { email: 'both@example.com', password: 'window-1954' };
    const { body } = await visitor.post(REGISTER, newcomer);
    const mail = site.emulator.outbox.findLast(({ to }) => to === 'both@example.com');
    const answer = await visitor.post(VERIFY, {
      verificationToken: body.verificationToken,
      code: mail?.code,
    });
    expect(answer.status, answer.text).toBe(202);
    expect(answer.body).toEqual({ state: 'OWNER_APPROVAL_REQUIRED' });
    expectNoCredential(answer);
  });
});
