import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type OwnApp = Readonly<{ origin: string; close: () => Promise<void> }>;

/** A site that has people sign in at Wix: all its pages are one, and nothing is on it. */
export async function openOwnApp(): Promise<OwnApp> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<!doctype html><html lang="en"><title>The app</title><h1>Back at the app</h1></html>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
