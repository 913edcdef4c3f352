import { ADMIN } from '../admin/paths.ts';
import type { WixEmulator } from '../emulator.ts';
import type { CallRecord } from '../http/calls.ts';
import type { Options } from './options.ts';

/** What a program needs to connect, and where a person can look. */
export function introduction(
  address: string,
  { app, webhooks }: WixEmulator,
  { allowRemote }: Pick<Options, 'allowRemote'>,
): string {
  const told = webhooks.list().map(({ url }) => `  Changes are told to: ${url}\n`);
  // Making the key takes a moment, so only who needs it waits for it. In one line, as the Wix CLI writes it.
  const publicKey = told.length > 0 ? Buffer.from(webhooks.publicKey).toString('base64') : undefined;
  return `The Wix emulator answers on ${address}

  WIX_CLIENT_ID=${app.clientId}
  WIX_CLIENT_SECRET=${app.clientSecret}
  WIX_CLIENT_INSTANCE_ID=${app.instanceId}
  WIX_API_KEY=${app.apiKey}
${publicKey === undefined ? '' : `  WIX_CLIENT_PUBLIC_KEY=${publicKey}\n`}
  Admin: ${allowRemote ? 'off, since other machines may reach this address' : address + ADMIN}
${told.join('')}  Logins may return to: ${app.redirectUris.join(', ')}
`;
}

/** A call in one line. The path only: a query may hold codes and tokens. */
export function lineOf(call: CallRecord): string {
  const { method, path, operation, subject, collection, fault, status, milliseconds } = call;
  const caller = subject.id === undefined ? subject.type : `${subject.type}:${subject.id}`;
  return `${[
    method,
    path,
    collection === undefined ? operation : `${operation}(${collection})`,
    caller,
    status === 0 ? 'no answer' : status,
    `${milliseconds.toFixed(1)} ms`,
    ...(fault === undefined ? [] : [`fault ${fault}`]),
  ].join('  ')}\n`;
}
