import { Hono } from 'hono';
import { WixError } from '../http/errors.ts';
import type { Env } from '../http/env.ts';
import { operation } from '../http/env.ts';
import { failurePage, STYLESHEET, stylesheetResponse } from '../http/page.ts';
import { forgotPasswordPage } from './forgot-password.ts';
import { loginPage } from './login.ts';
import { resetPasswordPage } from './reset-password.ts';
import { signUpPage } from './sign-up.ts';
import { verificationPages } from './verification.ts';

/**
 * The pages of a Wix-managed login, for people in a browser. Server-rendered, without scripts.
 * https://dev.wix.com/docs/go-headless/coding/rest-api/visitors-and-members/handle-members-with-wix-managed-login
 */
export const hostedPages = new Hono<Env>();

hostedPages.get(STYLESHEET, (context) => {
  operation(context, 'hosted.style');
  return stylesheetResponse();
});

for (const pages of [loginPage, signUpPage, verificationPages, forgotPasswordPage, resetPasswordPage]) {
  // A person sees a page where a program would see JSON.
  pages.onError((error) => {
    if (!(error instanceof WixError)) throw error;
    return failurePage(error);
  });
  hostedPages.route('/', pages);
}
