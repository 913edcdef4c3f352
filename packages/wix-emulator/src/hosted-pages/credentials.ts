import { z } from 'zod';
import { PASSING_CAPTCHA_TOKEN } from '../identity/captcha.ts';
import type { CaptchaTokens } from '../identity/schema.ts';

/** What a person types to sign in or up. */
export const Typed = {
  email: z.string().max(320),
  password: z.string().max(1_000),
  captcha: z.literal('solved').optional(),
};

export const captchaTokens = (captcha: 'solved' | undefined): CaptchaTokens =>
  captcha === undefined ? [] : [{ Recaptcha: PASSING_CAPTCHA_TOKEN }];
