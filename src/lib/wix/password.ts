import { authentication } from '@wix/identity';
import { Problem } from '../http/problem.ts';
import { callWix, isMalformed } from './call.ts';
import { bearerOf, runAs } from './context.ts';

/**
 * Gives the member that a token belongs to another password. Wix does not ask for the old one here, so the caller has.
 * dev.wix.com/docs/sdk/backend-modules/identity/authentication/change-password
 * @throws {Problem} `invalid-request` when Wix does not accept the password, `wix-refused`, outages of Wix.
 */
export async function changePasswordAtWix(accessToken: string, newPassword: string): Promise<void> {
  await callWix(async () => {
    try {
      await runAs(bearerOf(accessToken), () => authentication.changePassword(newPassword));
    } catch (error) {
      if (!isMalformed(error)) throw error;
      const errors = [
        { path: 'newPassword', message: 'is not accepted by Wix; four characters at the least' },
      ];
      throw new Problem('invalid-request', { errors, cause: error });
    }
  });
}
