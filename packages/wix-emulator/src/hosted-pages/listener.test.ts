import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createWixEmulator } from '../index.ts';
import { pagesListener } from './listener.ts';

/** A server that has pages of its own besides those of Wix. */
async function start() {
  const wix = await createWixEmulator({ data: ':memory:', app: { clientId: 'app', redirectUris: [] } });
  const pages = pagesListener(wix);
  const server = createServer((request, response) => pages(request, response, () => response.end('mine')));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    wix.close();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  wix.servePagesAt(address);
  return { wix, address, text: async (path: string) => (await fetch(address + path)).text() };
}

test('shows the pages of Wix, and leaves everything else to the server', async () => {
  const { text } = await start();
  expect(await text('/_hosted/login?flow=gone')).toContain('This sign-in is over');
  expect(await text('/_hosted/style.css')).toContain('body');
  for (const path of [
    '/',
    '/_emulator',
    '/_emulator/api/state',
    '/_hosted/',
    '/oauth2/token',
    '/members/v1/members/my',
  ])
    expect(await text(path), path).toBe('mine');
});

test('a browser’s address is on the server, a server’s own on the API', async () => {
  const { wix, address } = await start();
  const call = async (path: string, body: object, authorization?: string) => {
    const request = new Request(`https://www.wixapis.com${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    });
    return (await (await wix.fetch(request)).json()) as {
      access_token: string;
      redirectSession: { fullUrl: string };
    };
  };
  const { access_token: visitor } = await call('/oauth2/token', { grantType: 'anonymous', clientId: 'app' });
  const authorizeAt = async (prompt: string, more: object) => {
    const authRequest = {
      redirectUri: `${address}/callback`,
      clientId: 'app',
      codeChallenge: 'challenge',
      codeChallengeMethod: 'S256',
      responseMode: 'query',
      responseType: 'code',
      scope: 'offline_access',
      state: 'state',
      ...more,
    };
    const body = { auth: { authRequest, prompt } };
    const { redirectSession } = await call('/_api/redirects-api/v1/redirect-session', body, visitor);
    return new URL(redirectSession.fullUrl).origin;
  };
  expect(await authorizeAt('login', {})).toBe(address);
  expect(await authorizeAt('none', {})).toBe(address);
  expect(await authorizeAt('none', { sessionToken: 'session' })).toBe('https://www.wixapis.com');
});

test('a connection that a fault cuts is cut, and the process keeps its own Request and Response', async () => {
  const { wix, address } = await start();
  const { Request: ownRequest, Response: ownResponse } = globalThis;
  for (const when of ['before', 'during'] as const) {
    wix.faults.set({ fault: 'cut', path: '/_hosted/login', when, times: 1 });
    const whole = fetch(`${address}/_hosted/login?flow=gone`).then((answer) => answer.text());
    await expect(whole, when).rejects.toThrow(TypeError);
  }
  expect([globalThis.Request, globalThis.Response]).toEqual([ownRequest, ownResponse]);
});
