import { html } from '../http/html.ts';
import { LOGIN_PAGE } from '../oauth/authorize.ts';
import { field, formProblem } from './field.ts';
import type { Problems } from './field.ts';
import { addressOf, flowPage } from './flow.ts';
import type { Flow } from './flow.ts';
import { VERIFY_PAGE } from './paths.ts';

/** Shown in answer to a login or registration that has to wait for a mailed code. */
export function verificationPage(flow: Flow, stateToken: string, problems: Problems = {}): Response {
  return flowPage(flow, {
    title: 'Enter the code',
    status: Object.keys(problems).length > 0 ? 400 : 200,
    body: html`<section class="sheet">
        <h1>Enter the code</h1>
        <p class="lead">A code is on its way to your e-mail address. It lies in the emulator’s outbox.</p>
        ${formProblem(problems)}
        <form method="post" action="${addressOf(VERIFY_PAGE, flow)}">
          <input type="hidden" name="stateToken" value="${stateToken}" />
          ${field({ name: 'code', label: 'Code', type: 'text', autocomplete: 'one-time-code', hint: 'Six digits', inputMode: 'numeric' }, problems)}
          <div class="actions"><button>Go on</button></div>
        </form>
      </section>
      <p><a href="${addressOf(LOGIN_PAGE, flow)}">Sign in again</a></p>`,
  });
}
