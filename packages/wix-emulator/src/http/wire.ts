import type { ServerResponse } from 'node:http';
import type { Http2Bindings, HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { WIX_HOSTS } from './hosts.ts';
import { ConnectionCut, halfOf } from '../faults/cut.ts';
import type { HalfAnswer } from '../faults/cut.ts';

/** Names the Wix host a request was meant for; one server stands for all of them. */
export const ORIGINAL_HOST = 'x-wix-original-host';

type Outgoing = (HttpBindings | Http2Bindings)['outgoing'];

/** The request as it would have come to Wix itself. */
export function addressedToWix(request: Request): Request {
  const url = new URL(request.url);
  const named = request.headers.get(ORIGINAL_HOST) ?? '';
  const target = new URL(`https://${WIX_HOSTS.has(named) ? named : 'www.wixapis.com'}`);
  target.pathname = url.pathname;
  target.search = url.search;
  const { method, headers, body, signal } = request;
  return new Request(target, { method, headers, signal, ...(body && { body, duplex: 'half' }) });
}

/** An answer on its way, with the connection broken where a fault says so. */
export async function onWire(outgoing: Outgoing, answer: Promise<Response>): Promise<Response> {
  try {
    const response = await answer;
    const half = halfOf(response);
    return half ? breakOff(outgoing, half) : response;
  } catch (error) {
    if (!(error instanceof ConnectionCut)) throw error;
    outgoing.destroy();
    return RESPONSE_ALREADY_SENT;
  }
}

/** Promises the whole answer, sends half of it and hangs up. */
function breakOff(outgoing: Outgoing, { status, headers, length, bytes }: HalfAnswer): Response {
  const response = outgoing as ServerResponse;
  response.writeHead(status, { ...Object.fromEntries(headers), 'content-length': length });
  response.write(bytes, () => response.destroy());
  return RESPONSE_ALREADY_SENT;
}
