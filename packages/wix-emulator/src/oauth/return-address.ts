import type { RegisteredApp } from '../registered-app.ts';
import type { AuthorizeRequest } from './schema.ts';

/** The sites of the app, as its redirect addresses tell. Schemes of an app's own have no origin but the text "null". */
export function originsOf(app: RegisteredApp): string[] {
  return [...new Set(app.redirectUris.map((uri) => new URL(uri).origin))].filter(
    (origin) => origin !== 'null',
  );
}

/** Whether a browser may be sent, or offered to go, to an address: only to sites of the app. */
export function leadsToApp(app: RegisteredApp, address: string): boolean {
  return URL.canParse(address) && originsOf(app).includes(new URL(address).origin);
}

/** The redirect address with what came of the request, where its `responseMode` wants it. RFC 6749 §4.1.2. */
export function returnAddress(request: AuthorizeRequest, result: Readonly<Record<string, string>>): string {
  const parameters = new URLSearchParams({ ...result, state: request.state });
  const address = new URL(request.redirectUri ?? '');
  if (request.responseMode === 'fragment') address.hash = parameters.toString();
  else for (const [name, value] of parameters) address.searchParams.set(name, value);
  return address.href;
}
