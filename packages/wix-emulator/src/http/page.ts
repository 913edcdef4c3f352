import { readFileSync } from 'node:fs';
import type { WixError } from './errors.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** Where the one style sheet of all pages is served. */
export const STYLESHEET = '/_hosted/style.css';

const stylesheet = readFileSync(new URL('style.css', import.meta.url), 'utf8');

export type Page = Readonly<{
  title: string;
  body: Html;
  /** A navigation beside the emulator's name. */
  navigation?: Html;
  /** A page to work in, instead of one to read a single form on. */
  wide?: boolean;
  status?: number;
  /** Where a form may lead besides this origin: Chromium applies `form-action` to redirects after a post too. */
  formTargets?: readonly string[];
}>;

/** A whole page with the headers every page needs. No scripts, no frames, nothing from elsewhere. */
export function page({ title, body, navigation, wide, status = 200, formTargets = [] }: Page): Response {
  return htmlResponse(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${title} · Wix emulator</title>
          <link rel="stylesheet" href="${STYLESHEET}" />
        </head>
        <body>
          <header class="band">
            <p class="name">
              <strong>Wix emulator</strong> <span>Offline, for development. This is not Wix.</span>
            </p>
            ${navigation}
          </header>
          <main class="${wide ? 'wide' : 'narrow'}">${body}</main>
        </body>
      </html>`,
    { status, policy: ["style-src 'self'", ["form-action 'self'", ...formTargets].join(' ')] },
  );
}

/** HTML that nothing may keep or learn the address of; `policy` are its exceptions from a policy of nothing. */
export function htmlResponse(
  body: Html,
  options: Readonly<{ status?: number; policy: readonly string[]; ancestors?: readonly string[] }>,
): Response {
  const { status = 200, policy, ancestors = [] } = options;
  return new Response(body.text, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': [
        "default-src 'none'",
        "base-uri 'none'",
        `frame-ancestors ${ancestors.join(' ') || "'none'"}`,
        ...policy,
      ].join('; '),
      // Not `no-referrer`: browsers would then send forms with `Origin: null`, and the origin tells whose form it is.
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      ...(ancestors.length === 0 && { 'x-frame-options': 'DENY' }),
    },
  });
}

/** What a person sees where a program would see an error as JSON. */
export const failurePage = ({ status, message }: WixError): Response =>
  page({
    title: 'Not possible',
    status,
    body: html`<section class="sheet">
      <h1>This did not work</h1>
      <p class="notice bad">${message}</p>
    </section>`,
  });

export const stylesheetResponse = (): Response =>
  new Response(stylesheet, {
    headers: {
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    },
  });
