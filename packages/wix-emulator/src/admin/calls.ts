import { Hono } from 'hono';
import { html } from '../http/html.ts';
import type { Desk } from './desk.ts';
import { button, deskPage, table } from './layout.ts';
import { backTo } from './form.ts';

const SHOWN_CALLS = 100;

/** What was asked lately, newest first. */
export function callsRoutes({ wix }: Desk): Hono {
  const routes = new Hono();
  routes.get('/calls', (context) => {
    const rows = wix.calls
      .slice(-SHOWN_CALLS)
      .toReversed()
      .map(
        ({ method, path, operation, subject, collection, fault, status, milliseconds }) =>
          html`<tr>
            <td>${operation}${collection !== undefined && html` <span class="soft">${collection}</span>`}</td>
            <td>${method} ${path}</td>
            <td>${subject.type} <span class="soft">${subject.id}</span></td>
            <td>${status === 0 ? 'no answer' : status}</td>
            <td>${fault}</td>
            <td>${milliseconds.toFixed(1)}</td>
          </tr>`,
      );
    const headings = ['Operation', 'Request', 'Caller', 'Status', 'Fault', 'Milliseconds'];
    const body = html`<div class="sheet">
      ${table('Calls', headings, rows)} ${rows.length > 0 && button('/calls/clear', 'Clear')}
    </div>`;
    return deskPage(context, { place: '/calls', title: 'Calls', body });
  });
  routes.post('/calls/clear', () => {
    wix.clearCalls();
    return backTo('/calls', 'cleared');
  });
  return routes;
}
