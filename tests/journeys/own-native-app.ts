import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type OwnNativeApp = Readonly<{
  /** What the app opens in the system's browser. */
  address: (site: string) => string;
  /** What the browser brought: RFC 8252 §7.3. */
  answer: () => URLSearchParams;
  /** Exchanges the code that was brought. */
  exchange: (site: string) => Promise<Record<string, unknown>>;
  close: () => Promise<void>;
}>;

/** A program that listens on a port of loopback for the browser to come back. */
export async function openOwnNativeApp(): Promise<OwnNativeApp> {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const brought: URL[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/signed-in') brought.push(url);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<!doctype html><html lang="en"><title>The app</title><h1>Back at the app</h1></html>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/signed-in`;

  const answer = () => {
    const [first, ...more] = brought;
    if (!first || more.length > 0) throw new Error(`the browser came ${brought.length} times`);
    if (first.searchParams.get('state') !== state) throw new Error('the answer is to another request');
    return first.searchParams;
  };

  return {
    address(site) {
      const query = new URLSearchParams({
        response_type: 'code',
        redirect_uri: redirectUri,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        state,
      });
      return `${site}/api/auth/authorize?${query}`;
    },
    answer,
    async exchange(site) {
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        code: answer().get('code') ?? '',
        redirect_uri: redirectUri,
        code_verifier: verifier,
        device: 'The app',
      });
      const response = await fetch(`${site}/api/auth/token`, { method: 'POST', body });
      return (await response.json()) as Record<string, unknown>;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
