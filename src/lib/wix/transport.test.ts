import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callWix, wixErrorCode } from './call.ts';
import { installTransport, observed, probed, type Observation, type WixBackend } from './transport.ts';
import { Problem } from '../http/problem.ts';

const WIX = 'https://www.wixapis.com/oauth2/token';

const before = globalThis.fetch;
let uninstall: () => void;
let seen: Request[];

function offline(backend: WixBackend = () => Promise.resolve(Response.json({})), timeoutMs = 1_000): void {
  uninstall = installTransport({
    timeoutMs,
    backend: (request) => {
      seen.push(request);
      return backend(request);
    },
  });
}

beforeEach(() => {
  seen = [];
  uninstall = () => undefined;
});

afterEach(() => {
  uninstall();
  globalThis.fetch = before;
});

const observe = async (work: () => Promise<unknown>): Promise<Observation> => {
  const observation: Observation = { outage: null, lastStatus: null, lastRefusal: null, lastTime: null };
  await observed(observation, work).catch(() => undefined);
  return observation;
};

describe('offline', () => {
  test.each([
    ['a text', () => fetch(WIX, { method: 'POST', body: 'b', headers: { a: '1' } })],
    ['a URL', () => fetch(new URL(WIX), { method: 'POST', body: 'b', headers: { a: '1' } })],
    ['a Request', () => fetch(new Request(WIX, { method: 'POST', body: 'b', headers: { a: '1' } }))],
    [
      'a Request and more',
      () =>
        fetch(new Request(WIX, { body: 'c', method: 'PUT' }), {
          method: 'POST',
          body: 'b',
          headers: { a: '1' },
        }),
    ],
  ])('a call to Wix by %s goes to the backend, whole', async (_, call) => {
    offline();
    await call();
    expect(seen).toHaveLength(1);
    const [request] = seen;
    expect(request?.url).toBe(WIX);
    expect(request?.method).toBe('POST');
    expect(request?.headers.get('a')).toBe('1');
    expect(await request?.text()).toBe('b');
  });

  test.each([
    'https://www.wixapis.com/x',
    'https://edge.wixapis.com/x',
    'https://wixapis.com/x',
    'https://WWW.WIXAPIS.COM/x',
    'https://www.wix.com/x',
    'https://somebody.wixsite.com/x',
    'http://www.wixapis.com:8080/x',
  ])('%s is Wix', async (address) => {
    offline();
    expect((await fetch(address)).status).toBe(200);
    expect(seen).toHaveLength(1);
  });

  test.each([
    'https://example.com/',
    'https://wixapis.com.evil.example/',
    'https://evilwixapis.com/',
    'https://evil.example/wixapis.com',
    'https://evil.example/?www.wixapis.com',
    'https://www.wixapis.com@evil.example/',
    'https://evil.example#www.wixapis.com',
    'https://www.wixapis.com.',
    'http://127.0.0.1:1/',
    'http://localhost:1/',
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]:1/',
    'data:text/plain,x',
  ])('SR-07 %s is refused, and nothing leaves', async (address) => {
    offline();
    await expect(fetch(address)).rejects.toThrow();
    expect(seen).toEqual([]);
  });

  test('what the SDK would repeat for other members is taken out of the answer', async () => {
    offline(() =>
      Promise.resolve(new Response('x', { headers: { 'X-Wix-Consistent': 'token', 'x-other': 'stays' } })),
    );
    const { headers } = await fetch(WIX);
    expect(headers.get('x-wix-consistent')).toBeNull();
    expect(headers.get('x-other')).toBe('stays');
  });

  test.each([200, 201, 204, 302, 304, 404])('an answer of %i comes through', async (status) => {
    offline(() =>
      Promise.resolve(new Response(null, { status, headers: { location: 'https://x.example/' } })),
    );
    const response = await fetch(WIX, { redirect: 'manual' });
    expect(response.status).toBe(status);
    expect(response.headers.get('location')).toBe('https://x.example/');
  });

  test('after it is taken out the network is back', () => {
    const network = globalThis.fetch;
    offline();
    expect(globalThis.fetch).not.toBe(network);
    uninstall();
    expect(globalThis.fetch).toBe(network);
  });

  test('taking out an older one leaves the newer one in place', () => {
    offline();
    const older = uninstall;
    offline();
    const newer = globalThis.fetch;
    older();
    expect(globalThis.fetch).toBe(newer);
  });
});

describe('live', () => {
  test('every request goes to the network: Wix’s with a time limit, others as they are', async () => {
    globalThis.fetch = (input) => {
      seen.push(input as Request);
      return Promise.resolve(Response.json({}));
    };
    uninstall = installTransport({ timeoutMs: 1_000 });
    await fetch(WIX);
    await fetch('https://example.com/');
    expect(seen.map(({ url }) => url)).toEqual([WIX, 'https://example.com/']);
  });
});

describe('the self-check’s probe', () => {
  test('answers everything itself, to Wix or not, and only for its own calls', async () => {
    offline();
    const probing = probed(
      () => new Response('probe'),
      async () => {
        await wait(1);
        return [await (await fetch(WIX)).text(), await (await fetch('https://example.com/')).text()];
      },
    );
    const outside = fetch(WIX);
    expect(await probing).toEqual(['probe', 'probe']);
    expect(await (await outside).text()).toBe('{}');
    expect(seen).toHaveLength(1);
  });
});

describe('what is noted of Wix’s answers', () => {
  test.each([
    [200, null],
    [302, null],
    [400, null],
    [404, null],
    // Not a sign of being down: there is no such function.
    [501, null],
    [429, 'throttled'],
    [500, 'failing'],
    [502, 'failing'],
    [503, 'failing'],
    [504, 'failing'],
  ] as const)('%i: %s', async (status, kind) => {
    offline(() => Promise.resolve(new Response('', { status })));
    const { outage, lastStatus } = await observe(() => fetch(WIX));
    expect(lastStatus).toBe(status);
    expect(outage?.kind ?? null).toBe(kind);
  });

  test.each([
    ['7', 7],
    ['0', 0],
    ['1.2', 2],
    ['100000', 3_600],
    ['-1', null],
    ['soon', null],
    ['Wed, 21 Oct 2026 07:28:00 GMT', null],
    ['', null],
  ])('Retry-After %j is %j seconds', async (value, seconds) => {
    offline(() => Promise.resolve(new Response('', { status: 429, headers: { 'retry-after': value } })));
    expect((await observe(() => fetch(WIX))).outage?.retryAfter).toBe(seconds);
  });

  test('a refused connection', async () => {
    offline(() => Promise.reject(new TypeError('fetch failed')));
    expect((await observe(() => fetch(WIX))).outage).toMatchObject({ kind: 'refused', status: null });
  });

  test.each([
    ['no answer', () => new Promise<Response>(() => undefined)],
    ['an answer that does not end', () => Promise.resolve(new Response(new ReadableStream({})))],
  ])('%s within the time is a timeout, and the request is given up', async (_, backend) => {
    offline(backend, 60);
    const start = performance.now();
    expect((await observe(() => fetch(WIX))).outage).toMatchObject({ kind: 'timeout' });
    expect(performance.now() - start).toBeGreaterThan(50);
    expect(seen[0]?.signal.aborted).toBe(true);
  });

  test('each conversation hears of its own', async () => {
    offline(async (request) => {
      await wait(Number(new URL(request.url).searchParams.get('wait')));
      return new Response('', { status: Number(new URL(request.url).searchParams.get('status')) });
    });
    const statuses = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 500 : 200));
    const observations = await Promise.all(
      statuses.map((status, index) =>
        observe(() => fetch(`${WIX}?status=${status}&wait=${(index * 7) % 10}`)),
      ),
    );
    expect(observations.map(({ outage }) => outage !== null)).toEqual(
      statuses.map((status) => status === 500),
    );
  });
});

describe('a conversation with Wix', () => {
  const asking = (status: number, work: () => Promise<unknown> = () => Promise.reject(new Error('sdk'))) => {
    offline(() => Promise.resolve(new Response('', { status })));
    return callWix(async () => {
      await fetch(WIX);
      return work();
    });
  };

  test('an outage wins over whatever the SDK makes of it', async () => {
    const outage = expect.objectContaining({ code: 'wix-unavailable', headers: { 'retry-after': '5' } });
    await expect(asking(500)).rejects.toEqual(outage);
    await expect(asking(500, () => Promise.resolve('fine'))).rejects.toEqual(outage);
    await expect(asking(500, () => Promise.reject(new Problem('invalid-credentials')))).rejects.toEqual(
      outage,
    );
  });

  test('a Problem stands when Wix was well', async () => {
    const problem = new Problem('forbidden');
    await expect(asking(403, () => Promise.reject(problem))).rejects.toBe(problem);
  });

  test.each([200, 400, 401, 403, 404, 418])(
    'anything else after %i is Wix’s refusal, its text kept inside',
    async (status) => {
      await expect(asking(status)).rejects.toMatchObject({
        code: 'wix-refused',
        detail: undefined,
        cause: expect.objectContaining({ message: 'sdk' }),
      });
    },
  );

  test('what goes wrong before Wix was asked is our own fault', async () => {
    const error = new Error('ours');
    await expect(callWix(() => Promise.reject(error))).rejects.toBe(error);
  });

  test('an answer is passed on', async () => {
    expect(await asking(200, () => Promise.resolve('fine'))).toBe('fine');
  });

  test.each([
    [{ details: { applicationError: { code: 'WDE0027' } } }, 'WDE0027'],
    [{ details: { applicationError: { code: -19_976 } } }, '-19976'],
    [{ code: 404 }, '404'],
    [{ details: {}, code: 'X' }, 'X'],
    [{ details: null }, null],
    [{}, null],
    [null, null],
    [undefined, null],
    ['text', null],
  ])('the code of %j is %j', (error, code) => {
    expect(wixErrorCode(error)).toBe(code);
  });
});
