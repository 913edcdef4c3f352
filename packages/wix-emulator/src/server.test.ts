import { request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createWixEmulator } from './index.ts';
import { isLoopback, ORIGINAL_HOST, serve } from './server.ts';

const app = {
  clientId: 'app',
  clientSecret: 'secret',
  instanceId: 'instance',
  redirectUris: ['http://localhost:4321/callback'],
};

async function start() {
  const wix = await createWixEmulator({ data: ':memory:', app });
  const server = await serve(wix, { host: '127.0.0.1', port: 0, allowRemote: false });
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
    'edge.wixapis.com members.my 403',
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

test('refuses a name that only points at this machine', async () => {
  const { server, wix } = await start();
  const { port } = new URL(server.address);
  const status = await new Promise((resolve, reject) => {
    const call = request(
      { port, path: '/oauth2/token', method: 'POST', headers: { host: `evil.example:${port}` } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    );
    call.on('error', reject);
    call.end(anonymous.body);
  });
  expect(status).toBe(421);
  expect(wix.calls).toEqual([]);
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
