import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Http2Bindings, HttpBindings, ServerType } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { ADMIN } from './admin/paths.ts';
import { WIX_HOSTS } from './app.ts';
import type { WixEmulator } from './emulator.ts';
import { ConnectionCut, halfOf } from './faults/cut.ts';
import type { HalfAnswer } from './faults/cut.ts';
import { STYLESHEET, stylesheetResponse } from './http/page.ts';

/** Names the Wix host a request was meant for; one server stands for all of them. */
export const ORIGINAL_HOST = 'x-wix-original-host';

/** How long answers under way may take once the server is asked to stop. */
const CLOSE_WITHIN_MS = 2_000;

/** What a client may ask of the server; how large a body may be is for each route to say. */
const LIMITS = { maxHeaderSize: 16_384, requestTimeout: 60_000, keepAliveTimeout: 5_000 };
const HEADERS_WITHIN_MS = 10_000;
const HEADERS_AT_MOST = 100;

type Outgoing = (HttpBindings | Http2Bindings)['outgoing'];

export type WixEmulatorServer = { address: string; close(): Promise<void> };

export type ServeOptions = Readonly<{
  host: string;
  port: number;
  /** Permits addresses other machines can reach, and takes the admin pages away. */
  allowRemote: boolean;
  /** How long a client may take to say what it wants. */
  headersWithinMs?: number;
}>;

/** Serves an emulator over plain HTTP. */
export async function serve(emulator: WixEmulator, options: ServeOptions): Promise<WixEmulatorServer> {
  const { host, port, allowRemote, headersWithinMs = HEADERS_WITHIN_MS } = options;
  if (!allowRemote && !isLoopback(host)) throw new Error(`${host} is not a loopback address`);
  const server = createAdaptorServer({
    fetch: async (request, { outgoing }) => {
      try {
        const response = await answer(emulator, request, allowRemote);
        const half = halfOf(response);
        return half ? breakOff(outgoing, half) : response;
      } catch (error) {
        if (!(error instanceof ConnectionCut)) throw error;
        outgoing.destroy();
        return RESPONSE_ALREADY_SENT;
      }
    },
    serverOptions: {
      ...LIMITS,
      headersTimeout: headersWithinMs,
      connectionsCheckingInterval: headersWithinMs / 10,
    },
  });
  if ('maxHeadersCount' in server) server.maxHeadersCount = HEADERS_AT_MOST;
  server.listen(port, host);
  await once(server, 'listening');
  const { port: chosenPort } = server.address() as AddressInfo;
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${chosenPort}`;
  emulator.serveAt(address);
  return { address, close: () => close(server) };
}

export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

async function answer(emulator: WixEmulator, request: Request, allowRemote: boolean): Promise<Response> {
  const { hostname, pathname } = new URL(request.url);
  // A web page may have its own name point here; only a loopback name shows the request is local.
  if (!allowRemote && !isLoopback(hostname)) {
    return Response.json({ message: 'The Wix emulator answers on loopback addresses only' }, { status: 421 });
  }
  // Here and not at the emulator: a fault that hits every path should leave the admin pages their looks.
  if (pathname === STYLESHEET) return stylesheetResponse();
  if (pathname === ADMIN || pathname.startsWith(`${ADMIN}/`)) {
    if (!allowRemote) return emulator.admin.fetch(request);
    return Response.json(
      { message: 'There are no admin pages where other machines can reach them' },
      { status: 404 },
    );
  }
  // What a person opens first; a program that means Wix says so.
  if (pathname === '/' && !allowRemote && !request.headers.has(ORIGINAL_HOST)) {
    return Response.redirect(new URL(ADMIN, request.url), 302);
  }
  return emulator.fetch(addressedToWix(request));
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

/** Promises the whole answer, sends half of it and hangs up. */
function breakOff(outgoing: Outgoing, { status, headers, length, bytes }: HalfAnswer): Response {
  const response = outgoing as ServerResponse;
  response.writeHead(status, { ...Object.fromEntries(headers), 'content-length': length });
  response.write(bytes, () => response.destroy());
  return RESPONSE_ALREADY_SENT;
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
