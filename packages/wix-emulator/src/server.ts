import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { ServerType } from '@hono/node-server';
import { WIX_HOSTS } from './app.ts';
import type { WixEmulator } from './emulator.ts';

/** Names the Wix host a request was meant for; one server stands for all of them. */
export const ORIGINAL_HOST = 'x-wix-original-host';

/** How long answers under way may take once the server is asked to stop. */
const CLOSE_WITHIN_MS = 2_000;

export type WixEmulatorServer = { address: string; close(): Promise<void> };

/** Serves an emulator over plain HTTP. */
export async function serve(
  emulator: WixEmulator,
  options: { host: string; port: number; allowRemote: boolean },
): Promise<WixEmulatorServer> {
  const { host, port, allowRemote } = options;
  if (!allowRemote && !isLoopback(host)) throw new Error(`${host} is not a loopback address`);
  const server = createAdaptorServer({
    fetch: (request: Request) => {
      // A web page may have its own name point here; only a loopback name shows the request is local.
      if (!allowRemote && !isLoopback(new URL(request.url).hostname)) {
        return Response.json(
          { message: 'The Wix emulator answers on loopback addresses only' },
          { status: 421 },
        );
      }
      return emulator.fetch(addressedToWix(request));
    },
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { port: chosenPort } = server.address() as AddressInfo;
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${chosenPort}`;
  return { address, close: () => close(server) };
}

export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

function addressedToWix(request: Request): Request {
  const url = new URL(request.url);
  const named = request.headers.get(ORIGINAL_HOST) ?? '';
  const target = new URL(`https://${WIX_HOSTS.has(named) ? named : 'www.wixapis.com'}`);
  target.pathname = url.pathname;
  target.search = url.search;
  const { method, headers, body, signal } = request;
  return new Request(target, { method, headers, signal, ...(body && { body, duplex: 'half' }) });
}

async function close(server: ServerType): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  const impatience = setTimeout(
    () => 'closeAllConnections' in server && server.closeAllConnections(),
    CLOSE_WITHIN_MS,
  );
  await closed;
  clearTimeout(impatience);
}
