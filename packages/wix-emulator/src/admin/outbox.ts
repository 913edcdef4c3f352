import { Hono } from 'hono';
import { html } from '../http/html.ts';
import type { Html } from '../http/html.ts';
import type { Mail } from '../identity/outbox.ts';
import type { Desk } from './desk.ts';
import { deskPage } from './layout.ts';

/** The mails Wix would have sent, newest first. */
export function outboxRoutes({ wix }: Desk): Hono {
  const routes = new Hono();
  routes.get('/outbox', (context) => {
    const mails = wix.outbox.toReversed();
    const body = mails.length > 0 ? html`${mails.map(oneMail)}` : html`<p class="soft">Nothing here.</p>`;
    return deskPage(context, { place: '/outbox', title: 'Outbox', body });
  });
  return routes;
}

const oneMail = ({ kind, to, ...rest }: Mail): Html =>
  html`<section class="sheet">
    <h2>${kind} to ${to}</h2>
    <dl>
      ${Object.entries(rest).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>
              ${/^https?:\/\//.test(value) ? html`<a href="${value}">${value}</a>` : html`<code>${value}</code>`}
            </dd>`,
      )}
    </dl>
  </section>`;
