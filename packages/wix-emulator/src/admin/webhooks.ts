import { Hono } from 'hono';
import { z } from 'zod';
import { WixError } from '../http/errors.ts';
import { html } from '../http/html.ts';
import type { Html } from '../http/html.ts';
import { WebhookSubscriptionInput } from '../webhooks/subscriptions.ts';
import type { WebhookSubscription } from '../webhooks/subscriptions.ts';
import type { WebhookDelivery } from '../webhooks/webhooks.ts';
import type { Desk } from './desk.ts';
import { backTo, readForm } from './form.ts';
import { button, deskPage, table } from './layout.ts';
import { ADMIN } from './paths.ts';

const SHOWN_DELIVERIES = 100;

/** Who hears of changes, and what they were told. */
export function webhooksRoutes({ wix: { webhooks } }: Desk): Hono {
  const routes = new Hono();
  routes.get('/webhooks', (context) =>
    deskPage(context, {
      place: '/webhooks',
      title: 'Webhooks',
      body: html`${subscriptions(webhooks.list())} ${deliveries(webhooks.deliveries())}
        <details class="sheet">
          <summary>WIX_CLIENT_PUBLIC_KEY, which they are signed for</summary>
          <pre role="region" aria-label="The public key" tabindex="0">${webhooks.publicKey}</pre>
        </details>`,
    }),
  );
  routes.post('/webhooks', async (context) => {
    webhooks.subscribe(await readForm(context, WebhookSubscriptionInput.pick({ url: true })));
    return backTo('/webhooks', 'saved');
  });
  routes.post('/webhooks/send', async () => {
    await webhooks.flush();
    return backTo('/webhooks', 'sent');
  });
  routes.post('/webhooks/:id/remove', (context) => {
    webhooks.unsubscribe(context.req.param('id'));
    return backTo('/webhooks', 'removed');
  });
  routes.post('/webhooks/deliveries/:number/again', (context) => {
    const { success, data: number } = z.coerce.number().int().safeParse(context.req.param('number'));
    if (!success || !webhooks.deliveries().some((delivery) => delivery.number === number)) {
      throw new WixError(404, `There is no delivery ${context.req.param('number')}`);
    }
    webhooks.redeliver(number);
    return backTo('/webhooks', 'sent');
  });
  return routes;
}

const subscriptions = (known: readonly WebhookSubscription[]): Html =>
  html`<section class="sheet">
    <h2>Subscriptions</h2>
    ${table(
      'Subscriptions',
      ['Address', 'Events', 'More'],
      known.map(
        ({ id, url, eventTypes }) =>
          html`<tr>
            <td>${url}</td>
            <td>${eventTypes.join(', ')}</td>
            <td>${button(`/webhooks/${id}/remove`, 'Remove', 'danger')}</td>
          </tr>`,
      ),
    )}
    <form method="post" action="${ADMIN}/webhooks">
      <div class="field">
        <label for="url">Another address, for every event</label>
        <input id="url" name="url" type="url" required />
      </div>
      <p class="actions"><button>Subscribe</button></p>
    </form>
  </section>`;

const deliveries = (known: readonly WebhookDelivery[]): Html =>
  html`<section class="sheet">
    <h2>Deliveries</h2>
    ${table(
      'Deliveries',
      ['Event', 'About', 'To', 'State', 'Attempts', 'More'],
      known
        .slice(-SHOWN_DELIVERIES)
        .toReversed()
        .map(
          ({ number, eventType, entityId, url, status, attempts, due, answer }) =>
            html`<tr>
              <td>${eventType}</td>
              <td>${entityId}</td>
              <td>${url}</td>
              <td>
                ${status} ${due !== undefined && html`<span class="soft">at ${due}</span>`}
                ${answer && html`<span class="soft">${'status' in answer ? answer.status : answer.error}</span>`}
              </td>
              <td>${attempts}</td>
              <td>${button(`/webhooks/deliveries/${number}/again`, 'Send again')}</td>
            </tr>`,
        ),
    )}
    ${button('/webhooks/send', 'Send what is due', '')}
  </section>`;
