import { randomBytes } from 'node:crypto';
import { Html, html } from '../http/html.ts';
import { htmlResponse } from '../http/page.ts';
import type { RegisteredApp } from '../registered-app.ts';
import { originsOf } from './return-address.ts';

/**
 * A page that tells the page around it, as `getMemberTokensForDirectLogin` awaits it [source]. Only sites of the app
 * may frame it, and a browser hands a message over only to the origin it is meant for.
 */
export function tellByMessage(app: RegisteredApp, message: Readonly<Record<string, string>>): Response {
  const origins = originsOf(app);
  const nonce = randomBytes(16).toString('base64');
  const script = `for (const origin of ${inScript(origins)}) parent.postMessage(${inScript(message)}, origin);`;
  const body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Wix emulator</title>
        <script nonce="${nonce}">
          ${new Html(script)};
        </script>
      </head>
    </html>`;
  return htmlResponse(body, { policy: [`script-src 'nonce-${nonce}'`], ancestors: origins });
}

/** JSON that cannot end the script around it. */
const inScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
