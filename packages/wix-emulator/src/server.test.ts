import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createWixEmulator } from './index.ts';
import { isLoopback } from './http/loopback.ts';
import { ORIGINAL_HOST } from './http/wire.ts';
import { serve } from './server.ts';
import type { ServeOptions } from './server.ts';

const app = {
  clientId: 'app',
  clientSecret: 'secret',
  instanceId: 'instance',
  redirectUris: ['http://localhost:4321/callback'],
};

async function start(options: Partial<ServeOptions> = {}) {
  const wix = await createWixEmulator({ data: ':memory:', app });
  const server = await serve(wix, { host: '127.0.0.1', port: 0, allowRemote: false, ...options });
  onTestFinished(async () => {
    await server.close();
    wix.close();
  });
  return { wix, server };
}

const anonymous = { method: 'POST', body: JSON.stringify({ grantType: 'anonymous', clientId: 'app' }) };

test('answers over HTTP as it does in process, for the host that was meant', async () => {
  const { wix, server } = await start();
  const answer = await fetch(`${server.address}/oauth2/token`, anonymous);
  expect(answer.status).toBe(200);
  const { access_token: token } = (await answer.json()) as { access_token: string };
  await fetch(`${server.address}/members/v1/members/my?fieldsets=FULL`, {
    headers: { authorization: token, [ORIGINAL_HOST]: 'edge.wixapis.com' },
  });
  expect(wix.calls.map(({ host, operation, status }) => `${host} ${operation} ${status}`)).toEqual([
    'www.wixapis.com oauth2.token:anonymous 200',
    'edge.wixapis.com members.getCurrentMember 403',
  ]);
});

test('does not follow redirects for the caller', async () => {
  const { server } = await start();
  const query = new URLSearchParams({
    clientId: 'app',
    redirectUri: app.redirectUris[0] ?? '',
    responseType: 'code',
    state: 's',
  });
  const answer = await fetch(`${server.address}/_api/oauth2/authorize?${query}`, { redirect: 'manual' });
  expect(answer.status).toBe(302);
  expect(answer.headers.get('location')).toContain('error=invalid_request');
});

/** Sends a request with headers that `fetch` would not send. */
function statusOf(
  address: string,
  path: string,
  headers: Record<string, string>,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request({ port: new URL(address).port, path, method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.on('error', reject);
    call.end(anonymous.body);
  });
}

test.each(['/oauth2/token', '/_emulator/api/reset', '/_emulator'])(
  'refuses a name that only points at this machine, for %s',
  async (path) => {
    const { server, wix } = await start();
    const { port } = new URL(server.address);
    for (const host of [`evil.example:${port}`, `127.0.0.1.evil.example:${port}`, `10.0.0.1:${port}`]) {
      expect(await statusOf(server.address, path, { host, 'content-type': 'application/json' })).toBe(421);
    }
    expect(wix.calls).toEqual([]);
  },
);

describe('the admin pages', () => {
  test('are there on loopback, with the looks of all pages', async () => {
    const { server, wix } = await start();
    wix.faults.set({ fault: 'status', path: '*', status: 500 });
    const answer = await fetch(`${server.address}/_emulator`);
    expect(answer.status).toBe(200);
    const [, stylesheet = ''] = /href="([^"]+\.css)"/.exec(await answer.text()) ?? [];
    expect((await fetch(server.address + stylesheet)).headers.get('content-type')).toContain('text/css');
    expect((await fetch(`${server.address}/_emulator/api/outbox`)).status).toBe(200);
  });

  test('are not there for a server other machines may reach', async () => {
    const { server, wix } = await start({ allowRemote: true });
    for (const path of ['', '/', '/members', '/api/calls', '/api/state']) {
      expect((await fetch(`${server.address}/_emulator${path}`)).status).toBe(404);
    }
    expect((await fetch(`${server.address}/_emulator/reset`, { method: 'POST' })).status).toBe(404);
    expect(wix.calls).toEqual([]);
  });

  test('are what a person finds first, and not what a program is led to', async () => {
    const { server } = await start();
    const person = await fetch(`${server.address}/`, { redirect: 'manual' });
    expect([person.status, person.headers.get('location')]).toEqual([302, `${server.address}/_emulator`]);
    const headers = { [ORIGINAL_HOST]: 'www.wixapis.com' };
    expect((await fetch(`${server.address}/`, { headers, redirect: 'manual' })).status).toBe(501);
    const { server: remote } = await start({ allowRemote: true });
    expect((await fetch(`${remote.address}/`, { redirect: 'manual' })).status).toBe(501);
  });

  test('do not take over what only looks like theirs', async () => {
    const { server } = await start();
    expect((await fetch(`${server.address}/_emulators`)).status).toBe(501);
  });
});

test('pages of Wix are found where the server is', async () => {
  const { server, wix } = await start();
  const told: string[] = [];
  wix.serveAt = (origin) => void told.push(origin);
  const second = await serve(wix, { host: '127.0.0.1', port: 0, allowRemote: false });
  await second.close();
  expect(told).toEqual([second.address]);
  expect(second.address).not.toBe(server.address);
});

describe('a connection that is cut', () => {
  test('before the answer ends without a byte', async () => {
    const { server, wix } = await start();
    wix.faults.set({ fault: 'cut', path: '/oauth2/token', when: 'before' });
    await expect(fetch(`${server.address}/oauth2/token`, anonymous)).rejects.toMatchObject({
      message: 'fetch failed',
      cause: { code: 'UND_ERR_SOCKET' },
    });
    wix.faults.clear();
    expect((await fetch(`${server.address}/oauth2/token`, anonymous)).status).toBe(200);
  });

  test('during the answer ends in the middle of the body', async () => {
    const { server, wix } = await start();
    wix.faults.set({ fault: 'cut', path: '/oauth2/token', when: 'during' });
    const answer = await fetch(`${server.address}/oauth2/token`, anonymous);
    expect(answer.status).toBe(200);
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(100);
    await expect(answer.text()).rejects.toMatchObject({ message: 'terminated' });
  });

  test('by the caller ends what was stalled', async () => {
    const { server, wix } = await start();
    wix.faults.set({ fault: 'stall', path: '*' });
    const asked = fetch(`${server.address}/oauth2/token`, { ...anonymous, signal: AbortSignal.timeout(50) });
    await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect.poll(() => wix.calls).toMatchObject([{ fault: 'stall', status: 0 }]);
  });
});

describe('limits', () => {
  test('a body that does not end is not read to its end', async () => {
    const { server } = await start();
    const body = 'x'.repeat(4_000_000);
    const answer = await fetch(`${server.address}/oauth2/token`, { method: 'POST', body });
    expect(answer.status).toBe(413);
  });

  test('headers that are too large are refused', async () => {
    const { server, wix } = await start();
    const answer = await fetch(`${server.address}/oauth2/token`, {
      headers: { 'x-large': 'x'.repeat(20_000) },
    });
    expect(answer.status).toBe(431);
    expect(wix.calls).toEqual([]);
  });

  test('a client that does not finish its headers is hung up on', async () => {
    const { server } = await start({ headersWithinMs: 100 });
    const answer = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(Number(new URL(server.address).port), '127.0.0.1', () => {
        socket.write('POST /oauth2/token HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow:');
      });
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('close', () => resolve(received));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });
});

test('listens on loopback unless told otherwise', async () => {
  const { wix } = await start();
  await expect(serve(wix, { host: '0.0.0.0', port: 0, allowRemote: false })).rejects.toThrow('0.0.0.0');
  expect(['127.0.0.1', '127.8.8.8', '::1', '[::1]', 'localhost'].every(isLoopback)).toBe(true);
  expect(
    ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example', 'localhost.evil.example', ''].some(isLoopback),
  ).toBe(false);
});

test('says so when the port is taken', async () => {
  const { wix, server } = await start();
  const port = Number(new URL(server.address).port);
  await expect(serve(wix, { host: '127.0.0.1', port, allowRemote: false })).rejects.toThrow('EADDRINUSE');
});
