import { Hono } from 'hono';
import { z } from 'zod';
import { WixError } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env, WixContext } from '../http/env.ts';
import { readForm } from '../http/form.ts';
import { html } from '../http/html.ts';
import { page } from '../http/page.ts';
import { readQuery } from '../http/request.ts';
import { recover, RESET_PAGE } from '../identity/recovery.ts';
import { leadsToApp } from '../oauth/return-address.ts';
import { field } from './field.ts';
import type { Problems } from './field.ts';
import { approvalNotice } from './notices.ts';
import { problemsOf } from './problems.ts';

export const resetPasswordPage = new Hono<Env>();

const LinkQuery = z.strictObject({ token: z.string().min(1).max(200) });
const ResetForm = z.strictObject({ password: z.string().max(1_000) });

/** Where the link of a recovery or activation mail leads. Looking at the page does not use the link up. */
resetPasswordPage.get(RESET_PAGE, (context) => {
  operation(context, 'hosted.reset-password-page');
  return show(requireLink(context).token);
});

resetPasswordPage.post(RESET_PAGE, async (context) => {
  operation(context, 'hosted.reset-password');
  const { token, returnUrl } = requireLink(context);
  const { password } = await readForm(context, ResetForm);
  try {
    const { state } = await recover(context.var.site, token, password);
    return state === 'REQUIRE_OWNER_APPROVAL' ? approvalNotice() : done(context, returnUrl);
  } catch (error) {
    return show(token, problemsOf(error));
  }
});

function requireLink(context: WixContext): { token: string; returnUrl?: string | undefined } {
  const { token } = readQuery(context, LinkQuery);
  const found = context.var.site.tickets.find('recovery', token);
  if (!found) throw new WixError(410, 'This link was used already, or is too old. Ask for a new one.');
  return { token, returnUrl: found.returnUrl };
}

const show = (token: string, problems: Problems = {}): Response =>
  page({
    title: 'Choose a password',
    status: Object.keys(problems).length > 0 ? 400 : 200,
    body: html`<section class="sheet">
      <h1>Choose a password</h1>
      <p class="lead">The old one stops working at once.</p>
      <form method="post" action="${RESET_PAGE}?${new URLSearchParams({ token }).toString()}">
        ${field({ name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password', hint: '4 to 100 characters' }, problems)}
        <div class="actions"><button>Set password</button></div>
      </form>
    </section>`,
  });

/** The way back is offered only to the app's own sites: whoever asked for the mail could have named any. */
function done(context: WixContext, returnUrl: string | undefined): Response {
  const isOurs = returnUrl !== undefined && leadsToApp(context.var.site.app, returnUrl);
  return page({
    title: 'Password set',
    body: html`<section class="sheet">
      <h1>Your password is set</h1>
      <p>Sign in with it from now on.</p>
      ${isOurs && html`<p><a class="button" href="${returnUrl}">Back to ${new URL(returnUrl).host}</a></p>`}
    </section>`,
  });
}
