import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { WixEmulator } from '../emulator.ts';
import { isLoopback } from '../http/loopback.ts';
import { STYLESHEET } from '../http/page.ts';
import { addressedToWix, onWire } from '../http/wire.ts';
import { RESET_PAGE } from '../identity/recovery.ts';
import { AUTHORIZE, LOGIN_PAGE, LOGOUT } from '../oauth/authorize.ts';
import { FORGOT_PAGE, SIGN_UP_PAGE, VERIFY_PAGE } from './paths.ts';

/** All that a browser asks of Wix while somebody signs in or out. Not the API, and not the owner's desk. */
const PAGES: ReadonlySet<string> = new Set([
  AUTHORIZE,
  LOGOUT,
  LOGIN_PAGE,
  SIGN_UP_PAGE,
  VERIFY_PAGE,
  FORGOT_PAGE,
  RESET_PAGE,
  STYLESHEET,
]);

type Listener = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/**
 * Lets a server of one's own on loopback show the pages of this Wix, and nothing else of it; what is no page goes to
 * `next`. Tell the emulator the server's address by `servePagesAt`.
 */
export function pagesListener(emulator: WixEmulator): Listener {
  const listener = getRequestListener(
    (request, { outgoing }) => onWire(outgoing, answer(emulator, request)),
    // The process is not ours alone.
    { overrideGlobalObjects: false },
  );
  return (request, response, next) => {
    if (PAGES.has((request.url ?? '').split('?')[0] ?? '')) void listener(request, response);
    else next();
  };
}

/** A web page may have its own name point here; only a loopback name shows that the request is local. */
async function answer(emulator: WixEmulator, request: Request): Promise<Response> {
  if (isLoopback(new URL(request.url).hostname)) return emulator.fetch(addressedToWix(request));
  return Response.json({ message: 'The Wix emulator answers on loopback addresses only' }, { status: 421 });
}
