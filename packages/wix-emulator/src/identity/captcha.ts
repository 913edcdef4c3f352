import type { Site } from '../site.ts';
import { captchaMissing, captchaWrong } from './errors.ts';
import type { CaptchaTokens } from './schema.ts';

/**
 * The one token that passes while the site asks for a captcha, like the keys for tests that captcha services publish.
 * No puzzle can be shown offline; what can be tested is that a client sends its token, and what it does without.
 */
export const PASSING_CAPTCHA_TOKEN = 'wix-emulator-captcha-pass';

/** All that was sent must pass: a right token beside a wrong one is a client that mixed something up. */
export function requireCaptcha(site: Site, entries: CaptchaTokens): void {
  if (!site.settings().captcha) return;
  const tokens = entries
    .flatMap((entry) => [
      entry.Recaptcha,
      entry.InvisibleRecaptcha,
      entry.NoCaptcha,
      entry.recaptchaForClientSiteKey?.token,
    ])
    .filter((token) => token !== undefined && token !== '');
  if (tokens.length === 0) throw captchaMissing();
  if (tokens.some((token) => token !== PASSING_CAPTCHA_TOKEN)) throw captchaWrong();
}
