import { Hono } from 'hono';
import { z } from 'zod';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readForm } from '../http/form.ts';
import { html } from '../http/html.ts';
import { register } from '../identity/login.ts';
import { LOGIN_PAGE } from '../oauth/authorize.ts';
import { captchaTokens, Typed } from './credentials.ts';
import { captchaField, field, formProblem } from './field.ts';
import type { Problems } from './field.ts';
import { addressOf, flowPage, requireFlow } from './flow.ts';
import type { Flow } from './flow.ts';
import { goOn } from './go-on.ts';
import { SIGN_UP_PAGE } from './paths.ts';
import { problemsOf } from './problems.ts';

export const signUpPage = new Hono<Env>();

const SignUpForm = z.strictObject({ ...Typed, nickname: z.string().max(1_000) });

signUpPage.get(SIGN_UP_PAGE, (context) => {
  operation(context, 'hosted.sign-up-page');
  return show(requireFlow(context), context.var.site.settings().captcha);
});

signUpPage.post(SIGN_UP_PAGE, async (context) => {
  operation(context, 'hosted.sign-up');
  const { site } = context.var;
  const flow = requireFlow(context);
  const form = await readForm(context, SignUpForm);
  const nickname = form.nickname.trim();
  const profile = nickname === '' ? {} : { nickname };
  try {
    const reached = await register(site, { ...form, captchaTokens: captchaTokens(form.captcha) }, profile);
    return goOn(context, flow, reached);
  } catch (error) {
    return show(flow, site.settings().captcha, form, problemsOf(error));
  }
});

function show(
  flow: Flow,
  asksCaptcha: boolean,
  typed = { email: '', nickname: '' },
  problems: Problems = {},
): Response {
  return flowPage(flow, {
    title: 'Create an account',
    status: Object.keys(problems).length > 0 ? 400 : 200,
    body: html`<section class="sheet">
        <h1>Create an account</h1>
        <p class="lead">to go on to ${new URL(flow.request.redirectUri ?? '').host}</p>
        ${formProblem(problems)}
        <form method="post" action="${addressOf(SIGN_UP_PAGE, flow)}">
          ${field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', value: typed.email }, problems)}
          ${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', hint: '4 to 100 characters' }, problems)}
          ${field({ name: 'nickname', label: 'Nickname', type: 'text', autocomplete: 'nickname', value: typed.nickname, optional: true }, problems)}
          ${captchaField(asksCaptcha, problems)}
          <div class="actions"><button>Create account</button></div>
        </form>
      </section>
      <p>Have an account? <a href="${addressOf(LOGIN_PAGE, flow)}">Sign in</a></p>`,
  });
}
