import { OAuthStrategy } from '@wix/sdk';
import { environment } from '../../env.ts';
import { Problem } from '../http/problem.ts';
import { callWix, isMalformed, verdictOf } from './call.ts';

/** Where the page that takes the new password leads back to; on our configured origin, whatever a request says. */
const AFTERWARDS = '/login?reset=done';

const CAPTCHA = new Set(['-19970', '-19971']);

/**
 * Has Wix mail a link to its page for a new password. Whether the address belongs to anybody cannot be told from how
 * this ends.
 * dev.wix.com/docs/sdk/backend-modules/identity/recovery/send-recovery-email
 * @throws {Problem} `captcha-required`, `wix-refused`, `wix-unavailable`, `wix-timeout`: each for every address alike.
 */
export async function mailPasswordReset(email: string): Promise<void> {
  const { WIX_CLIENT_ID, SITE_ORIGIN } = environment();
  const strategy = OAuthStrategy({ clientId: WIX_CLIENT_ID });
  await callWix(async () => {
    try {
      await strategy.sendPasswordResetEmail(email, SITE_ORIGIN + AFTERWARDS);
    } catch (error) {
      const verdict = verdictOf(error);
      if (verdict !== null && CAPTCHA.has(verdict)) throw new Problem('captcha-required', { cause: error });
      // A verdict on the account, such as "identity not found". On the request itself it would hold for everybody.
      if (verdict === null || isMalformed(error)) throw error;
    }
  });
}
