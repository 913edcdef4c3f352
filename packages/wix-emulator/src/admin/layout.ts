import type { Context } from 'hono';
import { html } from '../http/html.ts';
import type { Html } from '../http/html.ts';
import { page } from '../http/page.ts';
import { ADMIN } from './paths.ts';

const PLACES = [
  ['', 'Overview'],
  ['/members', 'Members'],
  ['/collections', 'Collections'],
  ['/outbox', 'Outbox'],
  ['/webhooks', 'Webhooks'],
  ['/external-databases', 'External databases'],
  ['/faults', 'Faults'],
  ['/calls', 'Calls'],
] as const;

/** What a page says after a form was sent. Chosen here and named in the address, so that no link puts words in. */
const NOTICES = {
  saved: 'Saved.',
  moved: 'The clock was moved forward.',
  reset: 'The site starts from its seed again.',
  imported: 'The state was imported.',
  removed: 'Removed.',
  revoked: 'The refresh tokens are revoked.',
  set: 'The fault is set.',
  cleared: 'Cleared.',
  sent: 'Sent.',
  tried: 'Tried.',
} as const;
export type Notice = keyof typeof NOTICES;

/** A page of the desk. `place` is the entry of the navigation it belongs to. */
export function deskPage(
  context: Context,
  { place, title, body, status = 200 }: { place?: string; title: string; body: Html; status?: number },
): Response {
  const done = context.req.query('done') ?? '';
  const notice =
    Object.hasOwn(NOTICES, done) && html`<p class="notice" role="status">${NOTICES[done as Notice]}</p>`;
  return page({
    title,
    wide: true,
    status,
    navigation: html`<nav aria-label="Admin">
      ${PLACES.map(
        ([path, name]) =>
          html`<a href="${ADMIN}${path}" ${path === place && html` aria-current="page"`}>${name}</a>`,
      )}
    </nav>`,
    body: html`<h1>${title}</h1>
      ${notice} ${body}`,
  });
}

/** Rows under headings. It scrolls by itself on a small screen, by keyboard too. */
export function table(label: string, headings: readonly string[], rows: readonly Html[]): Html {
  if (rows.length === 0) return html`<p class="soft">Nothing here.</p>`;
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** JSON for reading. */
export const pretty = (label: string, value: unknown): Html =>
  html`<pre role="region" aria-label="${label}" tabindex="0">${JSON.stringify(value, null, 2)}</pre>`;

/** A button that does one thing. */
export const button = (action: string, text: string, look: '' | 'quiet' | 'danger' = 'quiet'): Html =>
  html`<form method="post" action="${ADMIN}${action}"><button class="${look}">${text}</button></form>`;

export function pager(path: string, query: Record<string, string>, number: number, hasNext: boolean): Html {
  const link = (to: number, text: string) =>
    html`<a href="${ADMIN}${path}?${new URLSearchParams({ ...query, page: String(to) }).toString()}"
      >${text}</a
    >`;
  return html`<p class="actions">
    ${number > 1 && link(number - 1, 'Previous page')} <span>Page ${number}</span>
    ${hasNext && link(number + 1, 'Next page')}
  </p>`;
}
