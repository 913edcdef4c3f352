import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asMobileApp, asVisitor, expectProblem, people, type Actor } from '../actors.ts';
import { openSite, type Site } from '../harness.ts';
import { askedMeanwhile, p99, P99_MS } from '../meanwhile.ts';
import { raw } from '../raw.ts';

/** Clients that are slow, break off, or speak HTTP as no browser does. */

const LONG = Boolean(process.env['LONG']);
const CONNECTIONS = '/api/collections/SITConnections/items';
let site: Site;
let ada: Actor;

beforeAll(async () => {
  site = await openSite();
  ada = await asMobileApp(site, 'ada');
});

afterAll(() => site.stop());

/** A connection to the site, after it has sent these bytes. */
function opened(text: string): Promise<Socket> {
  const { hostname, port } = new URL(site.address);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.off('error', reject).on('error', () => undefined);
      socket.write(text, () => resolve(socket));
    });
    socket.once('error', reject);
  });
}

const hostLine = () => `Host: ${new URL(site.address).host}\r\n`;

const SLOW = LONG ? 1_000 : 60;

test(
  `DS-04 ${SLOW} connections with slow headers and as many with slow bodies are closed within 30 seconds, and others are answered meanwhile`,
  { timeout: 120_000 },
  async () => {
    const slowHead = `GET /api/me HTTP/1.1\r\n${hostLine()}X-Slow: `;
    const slowBody = `POST /api/auth/login HTTP/1.1\r\n${hostLine()}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`;
    const sockets: Socket[] = [];
    for (const text of [slowHead, slowBody])
      for (let index = 0; index < SLOW; index += 1) sockets.push(await opened(text));
    const begun = performance.now();
    let open = sockets.length;
    const closed = sockets.map(
      (socket) =>
        new Promise<number>((resolve) => {
          socket.resume().once('close', () => {
            open -= 1;
            resolve(performance.now() - begun);
          });
        }),
    );
    // A byte now and then, which keeps an idle time-out from ever running out.
    const drip = setInterval(() => sockets.forEach((socket) => socket.writable && socket.write('a')), 1_000);
    const times = await askedMeanwhile(
      () => open === 0 || performance.now() - begun > 35_000,
      async () => expect((await ada.get('/api/collections')).status).toBe(200),
    );
    clearInterval(drip);
    for (const socket of sockets) socket.destroy();
    expect(Math.max(...(await Promise.all(closed)))).toBeLessThan(31_000);
    expect(times.length).toBeGreaterThan(20);
    expect(p99(times)).toBeLessThan(P99_MS);
  },
);

const descriptors = () => readdirSync('/proc/self/fd').length;

test(
  'DS-11 who breaks off in the middle of an upload or of an answer leaves nothing behind',
  { timeout: 180_000 },
  async () => {
    const rows = async () => (await ada.get(`${CONNECTIONS}?limit=100`)).body.items.length as number;
    const [rowsBefore, before] = [await rows(), descriptors()];
    const token = (await asVisitor(site).post('/api/auth/login', people.ada)).body.token as string;
    const credential = `${hostLine()}Authorization: Bearer ${token}\r\n`;
    const upload = `POST ${CONNECTIONS} HTTP/1.1\r\n${credential}Content-Type: application/json\r\nContent-Length: 900\r\n\r\n{"name": "Half`;
    const question = `GET ${CONNECTIONS}?limit=100 HTTP/1.1\r\n${credential}\r\n`;
    const page = `GET / HTTP/1.1\r\n${hostLine()}\r\n`;
    for (let round = 0; round < (LONG ? 1_000 : 25); round += 1) {
      await Promise.all(
        [upload, upload, upload, upload, question, question, question, page, page, page].map(
          async (text, index) => {
            const socket = await opened(text);
            // Some at once, some a little later: in the middle of the work, or of the answer.
            await pause(index % 4);
            socket.destroy();
          },
        ),
      );
    }
    for (let waits = 0; descriptors() > before + 2 && waits < 200; waits += 1) await pause(50);
    expect(descriptors()).toBeLessThanOrEqual(before + 2);
    expect(await rows(), 'half a body writes nothing').toBe(rowsBefore);
    expect((await asVisitor(site).get('/api/health/ready')).status).toBe(200);
  },
);

test.each([
  ['two lengths of one body', ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
  ['the same the other way round', ['Transfer-Encoding: chunked', 'Content-Length: 4'], '0\r\n\r\n'],
  ['an encoding of an encoding', ['Transfer-Encoding: gzip, chunked, gzip'], '0\r\n\r\n'],
  ['two Content-Lengths', ['Content-Length: 0', 'Content-Length: 4'], 'abcd'],
  ['a change to WebSocket', ['Connection: keep-alive, Upgrade', 'Upgrade: websocket'], ''],
  ['a change to HTTP/2', ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAA'], ''],
  ['an expectation that nobody knows', ['Connection: keep-alive', 'Expect: the-impossible'], ''],
])('DS-12 %s: refused, and the connection is closed', async (_, headers, body) => {
  site.forget();
  const method = body === '' ? 'GET' : 'POST';
  // Nothing asks for the connection to be closed here: that the answer ends is the server's doing.
  const keep = headers.some((line) => line.startsWith('Connection')) ? [] : ['Connection: keep-alive'];
  const behind = `GET /api/health/live HTTP/1.1\r\n${hostLine()}\r\n`;
  const answer = await raw(site, [`${method} /api/auth/login HTTP/1.1`, ...headers, ...keep], body + behind);
  expect(answer.status).toBe(400);
  expect(answer.text).not.toContain('"live"');
  expect(answer.text).not.toContain('HTTP/1.1 200');
  expect(site.wixCalls).toEqual([]);
});

test('DS-12 a client that waits to be told to go on is told so', async () => {
  const body = JSON.stringify(people.ada);
  const lines = ['Expect: 100-continue', 'Content-Type: application/json', `Content-Length: ${body.length}`];
  const answer = await raw(site, ['POST /api/auth/login HTTP/1.1', ...lines], body);
  expect(answer.status).toBe(100);
  expect(answer.text).toContain('HTTP/1.1 200');
});

test('SR-03 whatever Host an error page is asked with, the site calls nobody', async () => {
  let calls = 0;
  const attacker = createServer((_request, response) => {
    calls += 1;
    response.end('nothing to see');
  });
  await new Promise<void>((resolve) => attacker.listen(0, '127.0.0.1', resolve));
  const { port } = attacker.address() as { port: number };
  const outgoing: string[] = [];
  const road = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    outgoing.push(new Request(input, init).url);
    return road(input, init);
  };
  try {
    for (const path of [
      '/no-such-page',
      '/404',
      '/500',
      '/problem',
      '/problems/nothing',
      '/api/nothing',
      '/%ff',
    ]) {
      for (const host of [`127.0.0.1:${port}`, new URL(site.address).host]) {
        const forwarded = [`X-Forwarded-Host: 127.0.0.1:${port}`, 'X-Forwarded-Proto: http'];
        const answer = await raw(site, [`GET ${path} HTTP/1.1`, `Host: ${host}`, ...forwarded]);
        expect(answer.status, `${path} at ${host}`).toBeGreaterThanOrEqual(400);
        expect(answer.text).not.toContain(String(port));
      }
    }
  } finally {
    globalThis.fetch = road;
    attacker.close();
  }
  expect(outgoing).toEqual([]);
  expect(calls).toBe(0);
});

test('a problem told before the application is asked looks as any other', async () => {
  const answer = await raw(site, ['GET /api/me HTTP/1.1', 'Upgrade: websocket', 'Connection: Upgrade']);
  expectProblem(answer, 400, 'invalid-request');
  expect(answer.headers.get('connection')).toBe('close');
});
