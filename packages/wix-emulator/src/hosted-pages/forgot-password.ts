import { Hono } from 'hono';
import { z } from 'zod';
import { WixError } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readForm } from '../http/form.ts';
import { html } from '../http/html.ts';
import { codeOf, unknownEmail } from '../identity/errors.ts';
import { sendRecoveryMail } from '../identity/recovery.ts';
import { LOGIN_PAGE } from '../oauth/authorize.ts';
import { field } from './field.ts';
import type { Problems } from './field.ts';
import { addressOf, flowPage, requireFlow } from './flow.ts';
import type { Flow } from './flow.ts';
import { FORGOT_PAGE } from './paths.ts';
import { problemsOf } from './problems.ts';

export const forgotPasswordPage = new Hono<Env>();

const ForgotForm = z.strictObject({ email: z.string().max(320) });

forgotPasswordPage.get(FORGOT_PAGE, (context) => {
  operation(context, 'hosted.forgot-password-page');
  return show(requireFlow(context));
});

/** The page says the same whoever asks about whomever: who has an account is nobody else's business. */
forgotPasswordPage.post(FORGOT_PAGE, async (context) => {
  operation(context, 'hosted.forgot-password');
  const flow = requireFlow(context);
  const { email } = await readForm(context, ForgotForm);
  try {
    const { origin } = new URL(flow.request.redirectUri ?? '');
    sendRecoveryMail(context.var.site, email, origin === 'null' ? undefined : { url: origin });
  } catch (error) {
    const isUnknown = error instanceof WixError && codeOf(error) === codeOf(unknownEmail());
    if (!isUnknown) return show(flow, email, problemsOf(error));
  }
  return sent(flow);
});

function show(flow: Flow, email = '', problems: Problems = {}): Response {
  return flowPage(flow, {
    title: 'Forgot your password?',
    status: Object.keys(problems).length > 0 ? 400 : 200,
    body: html`<section class="sheet">
        <h1>Forgot your password?</h1>
        <p class="lead">Tell your e-mail address, and a link to choose a new one is sent there.</p>
        <form method="post" action="${addressOf(FORGOT_PAGE, flow)}">
          ${field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', value: email }, problems)}
          <div class="actions"><button>Send the link</button></div>
        </form>
      </section>
      <p><a href="${addressOf(LOGIN_PAGE, flow)}">Back to sign-in</a></p>`,
  });
}

const sent = (flow: Flow): Response =>
  flowPage(flow, {
    title: 'Look into your mail',
    body: html`<section class="sheet">
        <h1>Look into your mail</h1>
        <p>If there is an account with this address, a link to choose a new password is on its way.</p>
        <p class="soft">It lies in the emulator’s outbox, and works once, within an hour.</p>
      </section>
      <p><a href="${addressOf(LOGIN_PAGE, flow)}">Back to sign-in</a></p>`,
  });
