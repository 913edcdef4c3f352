import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { asBearer, asVisitor, expectProblem, people, tokenOf, type Actor, type Answer } from '../actors.ts';
import { openSite, type Site, type WixTrouble } from '../harness.ts';

/**
 * Wix in every kind of trouble, at every call the site makes. Whatever happens there, nobody gets in who should not,
 * nobody is told that their password is wrong, no write happens twice, and the next request works.
 */

const CONNECTIONS = '/api/collections/SITConnections/items';
const ANNOUNCEMENTS = '/api/collections/Announcements/items';

/** Long enough for a password hash on a busy machine. */
const TIMEOUT_MS = 1_000;

/** Words that only Wix knows; none of them may reach a caller. */
const CANARY = 'canary-of-somebody-else-5d1c';

const started = Date.now();
let site: Site;
let visitor: Actor;

beforeAll(async () => {
  site = await openSite({ variables: { WIX_TIMEOUT_MS: String(TIMEOUT_MS) } });
  visitor = asVisitor(site);
});

beforeEach(() => {
  // What goes wrong at Wix is logged, and would drown the report.
  written.length = 0;
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => written.push(String(line)) > 0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  site.trouble(null);
});

afterAll(() => site.stop());

let hours = 0;

/** Five hours later each time: Wix's access tokens live for four. */
function letTokensRunOut(): void {
  vi.useFakeTimers({ toFake: ['Date'] });
  hours += 5;
  vi.setSystemTime(started + hours * 60 * 60 * 1000);
}

/** Everything the site wrote to its log since the test began. */
const written: string[] = [];
const log = () => written.join('');

/** One of the calls the site makes, told by what is sent. */
type UpstreamCall = Readonly<{ name: string; is: (path: string, body: string) => boolean }>;

const grant = (type: string): UpstreamCall => ({
  name: `the ${type} token`,
  is: (path, body) => path === '/oauth2/token' && body.includes(type),
});
const at = (name: string, path: RegExp): UpstreamCall => ({ name, is: (called) => path.test(called) });

const calls = {
  visitorToken: grant('anonymous'),
  appToken: grant('client_credentials'),
  codeExchange: grant('authorization_code'),
  refresh: grant('refresh_token'),
  login: at('the login', /\/v2\/login$/),
  register: at('the registration', /\/v2\/register$/),
  verify: at('the verification', /\/v1\/auth\/verify$/),
  redirectSession: at('the redirect session', /\/redirect-session$/),
  authorize: at('the authorize step', /\/oauth2\/authorize$/),
  me: at('the question who it is', /\/members\/my$/),
  query: at('the query', /\/items\/query$/),
  insert: at('the insert', /\/v2\/items$/),
  patch: at('the patch', /\/items\/patch$/),
  remove: at('the removal', /\/items\/remove$/),
  siteProperties: at('the site properties', /\/properties$/),
};

type Expected = readonly [status: number, code: string, retryAfter?: string];
type Fault = Readonly<{
  name: string;
  happens: (request: Request) => Promise<Response>;
  expected: Expected;
}>;

const answer = (body: BodyInit, status: number, headers: Record<string, string> = {}) =>
  Promise.resolve(new Response(body, { status, headers }));
const json = { 'content-type': 'application/json' };
const html = `<!doctype html><title>${CANARY}</title>`;
const details = JSON.stringify({
  message: CANARY,
  details: { applicationError: { code: 'INTERNAL', description: CANARY, data: { row: CANARY } } },
});

const outages: Fault[] = [
  {
    name: '500',
    happens: () => answer(details, 500, json),
    expected: [503, 'wix-unavailable'],
  },
  {
    name: '500 in HTML',
    happens: () => answer(html, 500, { 'content-type': 'text/html' }),
    expected: [503, 'wix-unavailable'],
  },
  {
    name: '503 with Retry-After',
    happens: () => answer(details, 503, { ...json, 'retry-after': '17' }),
    expected: [503, 'wix-unavailable', '17'],
  },
  {
    name: '429 with Retry-After',
    happens: () => answer(details, 429, { ...json, 'retry-after': '7' }),
    expected: [503, 'wix-unavailable', '7'],
  },
  {
    name: '429 with a date that we do not read',
    happens: () => answer('', 429, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }),
    expected: [503, 'wix-unavailable', '5'],
  },
  {
    name: 'a refused connection',
    happens: () => Promise.reject(new TypeError('fetch failed', { cause: new Error(CANARY) })),
    expected: [503, 'wix-unavailable'],
  },
  {
    name: 'a cut connection',
    happens: () =>
      answer(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"access_token":"'));
            controller.error(new TypeError('terminated', { cause: new Error(CANARY) }));
          },
        }),
        200,
        json,
      ),
    expected: [503, 'wix-unavailable'],
  },
];

/** Told apart from the others, since each costs the time that a call may take. */
const stalls: Fault[] = [
  {
    name: 'silence',
    happens: () => new Promise(() => undefined),
    expected: [504, 'wix-timeout', '5'],
  },
  {
    name: 'an answer that never ends',
    happens: () =>
      answer(
        new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) }),
        200,
        json,
      ),
    expected: [504, 'wix-timeout', '5'],
  },
];

const nonsense: Fault[] = [
  ['HTML', html, 'text/html'],
  ['nothing', '', 'application/json'],
  ['an empty object', '{}', 'application/json'],
  ['an empty list', '[]', 'application/json'],
  ['a text', JSON.stringify(CANARY), 'application/json'],
  ['null', 'null', 'application/json'],
  ['half a document', '{"dataItems":[', 'application/json'],
  [
    'fields of the wrong types',
    '{"access_token":1,"state":7,"dataItems":"x","member":[],"redirectSession":1}',
    'application/json',
  ],
].map(([name = '', body = '', type = '']) => ({
  name: `200 with ${name}`,
  happens: () => answer(body, 200, { 'content-type': type }),
  expected: [502, 'wix-refused'],
}));

/** Does something to one kind of call, and forwards the others. */
function only(call: UpstreamCall, happens: (request: Request) => Promise<Response>): WixTrouble {
  return async (request, forward) => {
    const { pathname } = new URL(request.url);
    const body = await request.clone().text();
    return call.is(pathname, body) ? happens(request) : forward(request);
  };
}

/** Does something to the first of each kind of call: of as many conversations at once, one is hit at each of them. */
function firstOfEach(
  kinds: readonly UpstreamCall[],
  happens: (request: Request) => Promise<Response>,
): WixTrouble {
  const left = new Set(kinds);
  return async (request, forward) => {
    const { pathname } = new URL(request.url);
    const body = await request.clone().text();
    const call = [...left].find(({ is }) => is(pathname, body));
    if (!call) return forward(request);
    left.delete(call);
    return happens(request);
  };
}

/** No way in, no rows, and not a word of what Wix said. */
function expectClosed(given: Answer): void {
  expect(given.text + JSON.stringify([...given.headers])).not.toMatch(/canary|gh_s_|JWS|<|at .*\.m?js/);
  expect(given.headers.getSetCookie()).toEqual([]);
  expect(log()).not.toMatch(/gh_s_|lovelace-1815|OauthNG|client_secret/);
}

function expectOutage(given: Answer, [status, code, retryAfter = '5']: Expected): void {
  expectProblem(given, status, code);
  expectClosed(given);
  expect(given.headers.get('retry-after')).toBe(retryAfter);
}

const writesAtWix = () =>
  site.wixCalls.filter(({ path }) => /\/v2\/items$|\/items\/(patch|remove)$|\/register$/.test(path)).length;

describe('signing in', () => {
  const chain = [
    calls.visitorToken,
    calls.login,
    calls.redirectSession,
    calls.authorize,
    calls.codeExchange,
    calls.me,
  ];
  const cases = chain.flatMap((call) => outages.map((fault) => ({ call, fault })));

  test.each(cases)('AU-20 $fault.name at $call.name: Wix is in trouble, not Ada', async ({ call, fault }) => {
    site.trouble(only(call, fault.happens));
    expectOutage(await visitor.post('/api/auth/login', people.ada), fault.expected);
  });

  test.each(stalls)('AU-20 $name, at each of these calls: nobody waits for ever', async (fault) => {
    site.trouble(firstOfEach(chain, fault.happens));
    const answers = await Promise.all(chain.map(() => visitor.post('/api/auth/login', people.ada)));
    for (const given of answers) expectOutage(given, fault.expected);
  });

  const confused = chain.flatMap((call) => nonsense.map((fault) => ({ call, fault })));
  test.each(confused)('AU-20 $fault.name at $call.name is Wix’s fault too', async ({ call, fault }) => {
    site.trouble(only(call, fault.happens));
    const given = await visitor.post('/api/auth/login', people.ada);
    expectProblem(given, 502, 'wix-refused');
    expectClosed(given);
  });

  test('AU-20 a wrong password is not an outage, nor does an outage hide one for good', async () => {
    site.trouble(only(calls.login, () => answer(details, 500, json)));
    const wrong = { ...people.ada, password: 'wrong' };
    expectOutage(await visitor.post('/api/auth/login', wrong), [503, 'wix-unavailable']);
    site.trouble(null);
    expectProblem(await visitor.post('/api/auth/login', wrong), 401, 'invalid-credentials');
    expect((await visitor.post('/api/auth/login', people.ada)).status).toBe(200);
  });

  test('AU-20 a failure that says nothing of the password is not held against it', async () => {
    for (const [body, status] of [
      ['{}', 400],
      ['{"message":"x"}', 403],
      [html, 404],
      ['{"message":"x","details":{}}', 401],
    ] as const) {
      site.trouble(only(calls.login, () => answer(body, status, json)));
      const given = await visitor.post('/api/auth/login', people.ada);
      expectProblem(given, 502, 'wix-refused');
      expectClosed(given);
    }
  });

  test.each([
    ['without a code', (url: URL) => url.searchParams.delete('code')],
    ['with an error', (url: URL) => url.searchParams.set('error', CANARY)],
    ['with another state', (url: URL) => url.searchParams.set('state', 'x')],
    ['to another site', (url: URL) => (url.host = 'evil.example')],
    ['to a look-alike of our address', (url: URL) => (url.pathname += '.evil')],
  ])('a redirect %s signs nobody in', async (_, change) => {
    const asked: string[] = [];
    site.trouble(async (request, forward) => {
      asked.push(new URL(request.url).hostname);
      const response = await forward(request);
      const location = response.headers.get('location');
      if (!location) return response;
      const url = new URL(location);
      change(url);
      return answer('', 302, { location: url.href });
    });
    const given = await visitor.post('/api/auth/login', people.ada);
    expectProblem(given, 502, 'wix-refused');
    expectClosed(given);
    expect(asked.filter((host) => !host.endsWith('.wixapis.com'))).toEqual([]);
  });

  test('a redirect that goes round in circles ends', async () => {
    let hops = 0;
    site.trouble(
      only(calls.authorize, ({ url }) => {
        hops += 1;
        return answer('', 302, { location: url });
      }),
    );
    const given = await visitor.post('/api/auth/login', people.ada);
    expectProblem(given, 502, 'wix-refused');
    expect(hops).toBeLessThanOrEqual(4);
  });

  const registration = [calls.register, calls.redirectSession, calls.me].flatMap((call) =>
    [...outages, ...stalls.slice(0, 1)].map((fault) => ({ call, fault })),
  );
  test.each(registration)(
    'registering, $fault.name at $call.name is an outage, and Wix is asked to register once',
    async ({ call, fault }) => {
      site.trouble(only(call, fault.happens));
      site.forget();
      const given = await visitor.post('/api/auth/register', {
        email: `new-${Math.random()}@example.com`,
        password: 'new-2026',
      });
      expectOutage(given, fault.expected);
      expect(writesAtWix()).toBeLessThanOrEqual(1);
    },
  );

  test.each([...outages, ...stalls.slice(0, 1), ...nonsense])(
    'verifying, $name does not blame the code, and it still works afterwards',
    async (fault) => {
      site.emulator.settings.set({ emailVerification: true });
      const { body } = await visitor.post('/api/auth/login', people.alan);
      const mail = site.emulator.outbox.at(-1);
      const verification = { verificationToken: body.verificationToken, code: mail?.code };

      site.trouble(only(calls.verify, fault.happens));
      const given = await visitor.post('/api/auth/verify', verification);
      expectProblem(given, fault.expected[0], fault.expected[1]);
      expectClosed(given);

      site.trouble(null);
      const recovered = await visitor.post('/api/auth/verify', verification);
      site.emulator.members.setLoginEmailVerified('alan@example.com', false);
      site.emulator.settings.set({ emailVerification: false });
      expect(recovered.status, recovered.text).toBe(200);
    },
  );
});

describe('signed in', () => {
  let ada: Actor;

  beforeAll(async () => {
    ada = asBearer(site, 'ada', await tokenOf(site, people.ada));
  });

  type Operation = Readonly<{ does: string; call: UpstreamCall; run: () => Promise<Answer>; done: number }>;
  const operations: Operation[] = [
    { does: 'a list', call: calls.query, run: () => ada.get(CONNECTIONS), done: 200 },
    { does: 'a row', call: calls.query, run: () => ada.get(`${CONNECTIONS}/ada-babbage`), done: 200 },
    { does: 'an insert', call: calls.insert, run: () => ada.post(CONNECTIONS, { name: 'New' }), done: 201 },
    {
      does: 'a change',
      call: calls.patch,
      run: () => ada.patch(`${CONNECTIONS}/ada-babbage`, { status: 'busy' }),
      done: 200,
    },
    {
      does: 'a removal',
      call: calls.remove,
      run: () => ada.delete(`${CONNECTIONS}/ada-babbage`),
      done: 204,
    },
    { does: 'who she is', call: calls.me, run: () => ada.get('/api/me'), done: 200 },
    {
      does: 'the site properties',
      call: calls.siteProperties,
      run: () => ada.get('/api/site-properties'),
      done: 200,
    },
    {
      does: 'her connections',
      call: calls.query,
      run: () => ada.get('/api/connections?email=ada@example.com'),
      done: 200,
    },
    { does: 'announcements', call: calls.query, run: () => ada.get(ANNOUNCEMENTS), done: 200 },
  ];

  const cases = operations.flatMap((operation) => outages.map((fault) => ({ ...operation, fault })));

  test.each(cases)('FA-05 $fault.name when Ada asks for $does', async ({ call, run, fault }) => {
    site.trouble(only(call, fault.happens));
    site.forget();
    const journalled = (await site.journal()).length;
    const given = await run();
    expectOutage(given, fault.expected);
    expect(writesAtWix(), 'no write is tried again').toBeLessThanOrEqual(1);
    for (const entry of (await site.journal()).slice(journalled)) expect(entry.outcome).toBe('failed');
  });

  test.each(stalls)('FA-05 $name, whatever Ada asks for: nobody waits for ever', async (fault) => {
    const hit = Object.values(calls).filter(({ name }) => !name.endsWith('token'));
    site.trouble(async (request, forward) => {
      const { pathname } = new URL(request.url);
      return hit.some(({ is }) => is(pathname, '')) ? fault.happens(request) : forward(request);
    });
    site.forget();
    const answers = await Promise.all(operations.map(({ run }) => run()));
    for (const given of answers) expectOutage(given, fault.expected);
    expect(writesAtWix(), 'a write of each kind, none twice').toBeLessThanOrEqual(3);
  });

  const confused = operations.flatMap((operation) => nonsense.map((fault) => ({ ...operation, fault })));
  test.each(confused)(
    'FA-07 $fault.name when Ada asks for $does is never taken for an answer',
    async ({ call, run, fault }) => {
      site.trouble(only(call, fault.happens));
      site.forget();
      const given = await run();
      expectProblem(given, 502, 'wix-refused');
      expectClosed(given);
      expect(writesAtWix()).toBeLessThanOrEqual(1);
    },
  );

  test.each([400, 401, 403, 404, 409, 412, 418, 428, 501])(
    'AZ-51 what Wix says with %i stays with us',
    async (status) => {
      for (const { call, run } of operations) {
        site.trouble(only(call, () => answer(details, status, json)));
        const given = await run();
        expect(given.status).toBeGreaterThanOrEqual(400);
        expectClosed(given);
        expect(given.headers.get('content-type')).toBe('application/problem+json');
      }
    },
  );

  test('everything works again right after', async () => {
    for (const { does, run, done } of operations) {
      const given = await run();
      expect(given.status, `${does}: ${given.text}`).toBe(done);
    }
  });
});

describe('the app’s token', () => {
  let ada: Actor;

  beforeEach(async () => {
    letTokensRunOut();
    // Signed in at that time, so that only the app's token is old; and not renewed to ask for Ada's roles.
    site.trouble(only(calls.appToken, () => answer('', 503)));
    ada = asBearer(site, 'ada', await tokenOf(site, people.ada));
    site.trouble(null);
    site.forget();
  });

  const tokenCalls = () => site.wixCalls.filter(({ path }) => path === '/oauth2/token').length;

  test.each([...outages, ...stalls.slice(0, 1)])(
    '$name at the app token: nothing is done, for nobody of those who ask at once',
    async (fault) => {
      site.trouble(only(calls.appToken, fault.happens));
      const answers = await Promise.all([
        ...Array.from({ length: 10 }, () => ada.get(CONNECTIONS)),
        ...Array.from({ length: 5 }, () => ada.post(CONNECTIONS, { name: 'New' })),
        ...Array.from({ length: 5 }, () => ada.get('/api/site-properties')),
      ]);
      for (const given of answers) expectOutage(given, fault.expected);
      expect(site.wixCalls.filter(({ path }) => path.includes('/wix-data/'))).toEqual([]);
      site.trouble(null);
      expect((await ada.get(CONNECTIONS)).status).toBe(200);
    },
  );

  test.each(nonsense)('$name at the app token is no token', async (fault) => {
    site.trouble(only(calls.appToken, fault.happens));
    for (const path of [CONNECTIONS, '/api/site-properties']) {
      const given = await ada.get(path);
      expectProblem(given, 502, 'wix-refused');
      expectClosed(given);
    }
    expect(site.wixCalls.filter(({ rights }) => rights === 'app')).toEqual([]);
    site.trouble(null);
    expect((await ada.get(CONNECTIONS)).status).toBe(200);
  });

  test('50 cold elevated calls at once cost one token', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ada.get(CONNECTIONS)));
    for (const given of answers) expect(given.status).toBe(200);
    expect(tokenCalls()).toBe(1);
    const asked = site.wixCalls.filter(({ rights }) => rights === 'app').length;
    expect(asked, 'those under way together share one').toBeLessThanOrEqual(50);
    expect(asked).toBeGreaterThan(0);
  });
});

describe('a member’s token that has run out', () => {
  /** Signs in while Wix's tokens last no time at all. */
  async function withExpiredToken(person: 'ada' | 'grace'): Promise<Actor> {
    site.trouble(
      only(calls.codeExchange, async (request) => {
        const response = await site.emulator.fetch(request);
        const tokens = (await response.json()) as object;
        return Response.json({ ...tokens, expires_in: 0 });
      }),
    );
    const token = await tokenOf(site, people[person]);
    site.trouble(null);
    site.forget();
    return asBearer(site, person, token);
  }

  const sent = (path: string) => site.wixCalls.filter((call) => call.path === path);
  const asMember = [
    ['who she is', '/api/me'],
    ['announcements', ANNOUNCEMENTS],
  ] as const;

  test('is renewed once for 100 requests at once, and then kept', async () => {
    const ada = await withExpiredToken('ada');
    const answers = await Promise.all(Array.from({ length: 100 }, () => ada.get('/api/me')));
    for (const given of answers) expect(given.body.email, given.text).toBe('ada@example.com');
    expect(sent('/oauth2/token')).toHaveLength(1);
    expect(sent('/members/v1/members/my')).toHaveLength(100);
    expect((await ada.get('/api/me')).status).toBe(200);
    expect(sent('/oauth2/token')).toHaveLength(1);
  });

  test('is renewed for each member on their own', async () => {
    const [ada, grace] = [await withExpiredToken('ada'), await withExpiredToken('grace')];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? ada : grace).get('/api/me')),
    );
    for (const [index, given] of answers.entries()) {
      expect(given.body.email).toBe(index % 2 === 0 ? 'ada@example.com' : 'grace@example.com');
    }
    expect(sent('/oauth2/token')).toHaveLength(2);
  });

  test.each(asMember)('AU-21 refused by Wix ends the session when she asks for %s', async (_, path) => {
    const ada = await withExpiredToken('ada');
    site.emulator.members.revokeRefreshTokens('ada@example.com');
    const given = await ada.get(path);
    expectProblem(given, 401, 'unauthenticated');
    expect(given.headers.get('www-authenticate')).toContain('invalid_token');
    expectClosed(given);
    expect(site.wixCalls.map((call) => call.path)).toEqual(['/oauth2/token']);

    site.forget();
    // Gone for good, also for what would not need her token at Wix.
    for (const other of ['/api/me', '/api/collections', CONNECTIONS, ANNOUNCEMENTS]) {
      expectProblem(await ada.get(other), 401, 'unauthenticated');
    }
    expect(site.wixCalls).toEqual([]);
  });

  test('AU-21 refused while 20 requests wait: 401 for all, none goes on as a visitor or the app', async () => {
    const ada = await withExpiredToken('ada');
    site.emulator.members.revokeRefreshTokens('ada@example.com');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ada.get(index % 2 === 0 ? '/api/me' : ANNOUNCEMENTS)),
    );
    for (const given of answers) expectProblem(given, 401, 'unauthenticated');
    expect(new Set(site.wixCalls.map((call) => call.path))).toEqual(new Set(['/oauth2/token']));
    expect(site.wixCalls.filter(({ rights, status }) => rights === 'app' || status === 200)).toEqual([]);
  });

  test('AU-21 a blocked member’s is not renewed, and being unblocked does not revive the session', async () => {
    const grace = await withExpiredToken('grace');
    site.emulator.members.setStatus('grace@example.com', 'BLOCKED');
    expectProblem(await grace.get('/api/me'), 401, 'unauthenticated');
    site.emulator.members.setStatus('grace@example.com', 'APPROVED');
    expectProblem(await grace.get('/api/me'), 401, 'unauthenticated');
  });

  const troubles = asMember.flatMap(([does, path]) =>
    [...outages, ...stalls.slice(0, 1)].map((fault) => ({ does, path, fault })),
  );
  test.each(troubles)(
    'FA-07 $fault.name while it is renewed, asking for $does: an outage, and the session lives',
    async ({ path, fault }) => {
      const ada = await withExpiredToken('ada');
      site.trouble(only(calls.refresh, fault.happens));
      const answers = await Promise.all(Array.from({ length: 5 }, () => ada.get(path)));
      for (const given of answers) expectOutage(given, fault.expected);
      expect(site.wixCalls.filter((call) => call.path !== '/oauth2/token')).toEqual([]);
      site.trouble(null);
      expect((await ada.get(path)).status).toBe(200);
    },
  );

  test.each(nonsense)('$name while it is renewed is no token, and the session lives', async (fault) => {
    const ada = await withExpiredToken('ada');
    site.trouble(only(calls.refresh, fault.happens));
    for (const [, path] of asMember) {
      const given = await ada.get(path);
      expectProblem(given, 502, 'wix-refused');
      expectClosed(given);
    }
    expect(site.wixCalls.filter((call) => call.path !== '/oauth2/token')).toEqual([]);
    site.trouble(null);
    expect((await ada.get('/api/me')).status).toBe(200);
  });
});

describe('a token that Wix refuses before its time', () => {
  /** Refuses one kind of call this often, as Wix does with a token it has taken back. */
  function refusing(call: UpstreamCall, times: number): { asked: () => number } {
    let asked = 0;
    const refusal = JSON.stringify({ message: CANARY, details: {} });
    site.trouble(async (request, forward) => {
      const { pathname } = new URL(request.url);
      if (!call.is(pathname, '')) return forward(request);
      asked += 1;
      return asked <= times ? answer(refusal, 401, json) : forward(request);
    });
    return { asked: () => asked };
  }

  const cases = [
    ['who she is', '/api/me', calls.me],
    ['announcements', ANNOUNCEMENTS, calls.query],
    ['her rows', CONNECTIONS, calls.query],
    ['the site properties', '/api/site-properties', calls.siteProperties],
  ] as const;

  test.each(cases)('is renewed once when Ada asks for %s', async (_, path, call) => {
    const ada = asBearer(site, 'ada', await tokenOf(site, people.ada));
    site.forget();
    const { asked } = refusing(call, 1);
    const given = await ada.get(path);
    expect(given.status, given.text).toBe(200);
    expect(asked()).toBe(2);
    expect(site.wixCalls.filter(({ path: called }) => called === '/oauth2/token')).toHaveLength(1);
  });

  test.each(cases)('and once only: refused again, %s is Wix’s no', async (_, path, call) => {
    const ada = asBearer(site, 'ada', await tokenOf(site, people.ada));
    const { asked } = refusing(call, 10);
    const given = await ada.get(path);
    expect([401, 502]).toContain(given.status);
    expectClosed(given);
    expect(asked()).toBeLessThanOrEqual(2);
  });

  test('AU-21 and when renewing it is refused too, the session is over', async () => {
    const ada = asBearer(site, 'ada', await tokenOf(site, people.ada));
    site.emulator.members.revokeRefreshTokens('ada@example.com');
    refusing(calls.me, 10);
    expectProblem(await ada.get('/api/me'), 401, 'unauthenticated');
    site.trouble(null);
    site.forget();
    expectProblem(await ada.get('/api/me'), 401, 'unauthenticated');
    expectProblem(await ada.get(CONNECTIONS), 401, 'unauthenticated');
    expect(site.wixCalls).toEqual([]);
  });
});

describe('visitors', () => {
  const paths = ['/api/me', '/api/collections', ANNOUNCEMENTS];

  /** A thousand requests, a hundred at once; gives how often each status came back. */
  async function thousand(ask: (index: number) => Promise<Answer>): Promise<Record<number, number>> {
    const counts: Record<number, number> = {};
    for (let batch = 0; batch < 10; batch += 1) {
      const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => ask(batch * 100 + index)));
      for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  }

  test('RL-09 a thousand of them cost one token, and only where a row is asked for', async () => {
    site.forget();
    expect(await thousand((index) => visitor.get(paths[index % 3] as string))).toEqual({
      401: 334,
      200: 666,
    });
    const token = site.wixCalls.filter(({ path }) => path === '/oauth2/token');
    expect(token.length).toBeLessThanOrEqual(1);
    const queries = site.wixCalls.filter(({ path }) => path === '/wix-data/v2/items/query').length;
    expect(queries, 'those under way together share one').toBeLessThanOrEqual(333);
    expect(queries).toBeGreaterThan(0);
    expect(site.wixCalls.filter(({ rights }) => rights === 'app')).toEqual([]);
  });

  test('RL-09 a thousand foreign Authorization headers cost Wix nothing', async () => {
    site.forget();
    const strangers = [
      'OauthNG.JWS.eyJ',
      `gh_s_${'A'.repeat(43)}`,
      'two words',
      'eyJhbGciOiJub25lIn0.e30.',
    ].map((token) => asBearer(site, 'a stranger', token));
    const counts = await thousand((index) =>
      (strangers[index % strangers.length] as Actor).get(paths[index % 3] as string),
    );
    expect(counts).toEqual({ 401: 1_000 });
    expect(site.wixCalls).toEqual([]);
  });

  test.each([...outages, ...stalls.slice(0, 1)])(
    '$name at the visitor token: an outage for everybody who waits for it',
    async (fault) => {
      letTokensRunOut();
      site.trouble(async (request, forward) =>
        new URL(request.url).pathname === '/oauth2/token' ? fault.happens(request) : forward(request),
      );
      const answers = await Promise.all(Array.from({ length: 5 }, () => visitor.get(ANNOUNCEMENTS)));
      site.trouble(null);
      for (const given of answers) expectOutage(given, fault.expected);
      expect((await visitor.get(ANNOUNCEMENTS)).status).toBe(200);
    },
  );
});
