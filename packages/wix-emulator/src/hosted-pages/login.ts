import { Hono } from 'hono';
import { z } from 'zod';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readForm } from '../http/form.ts';
import { html } from '../http/html.ts';
import { login } from '../identity/login.ts';
import { LOGIN_PAGE } from '../oauth/authorize.ts';
import { captchaTokens, Typed } from './credentials.ts';
import { captchaField, field, formProblem } from './field.ts';
import type { Problems } from './field.ts';
import { addressOf, flowPage, requireFlow } from './flow.ts';
import type { Flow } from './flow.ts';
import { goOn } from './go-on.ts';
import { FORGOT_PAGE, SIGN_UP_PAGE } from './paths.ts';
import { problemsOf } from './problems.ts';

export const loginPage = new Hono<Env>();

const LoginForm = z.strictObject(Typed);

loginPage.get(LOGIN_PAGE, (context) => {
  operation(context, 'hosted.login-page');
  return show(requireFlow(context), context.var.site.settings().captcha);
});

loginPage.post(LOGIN_PAGE, async (context) => {
  operation(context, 'hosted.login');
  const { site } = context.var;
  const flow = requireFlow(context);
  const form = await readForm(context, LoginForm);
  try {
    return goOn(context, flow, await login(site, { ...form, captchaTokens: captchaTokens(form.captcha) }));
  } catch (error) {
    return show(flow, site.settings().captcha, form.email, problemsOf(error));
  }
});

function show(flow: Flow, asksCaptcha: boolean, email = '', problems: Problems = {}): Response {
  return flowPage(flow, {
    title: 'Sign in',
    status: Object.keys(problems).length > 0 ? 400 : 200,
    body: html`<section class="sheet">
        <h1>Sign in</h1>
        <p class="lead">to go on to ${new URL(flow.request.redirectUri ?? '').host}</p>
        ${formProblem(problems)}
        <form method="post" action="${addressOf(LOGIN_PAGE, flow)}">
          ${field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', value: email }, problems)}
          ${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' }, problems)}
          ${captchaField(asksCaptcha, problems)}
          <div class="actions">
            <button>Sign in</button>
            <a href="${addressOf(FORGOT_PAGE, flow)}">Forgot your password?</a>
          </div>
        </form>
      </section>
      <p>New here? <a href="${addressOf(SIGN_UP_PAGE, flow)}">Create an account</a></p>`,
  });
}
