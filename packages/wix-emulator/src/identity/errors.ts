import { applicationError, validationError } from '../http/errors.ts';
import type { WixError } from '../http/errors.ts';

// The codes the SDK and Wix's own samples know; the status beside each was seen in the wild.
export const unknownEmail = (): WixError => applicationError(404, '-19999', 'identity not found');
export const wrongPassword = (): WixError => applicationError(401, '-19976', 'wrong password');
export const emailExists = (): WixError => applicationError(409, '-19995', 'email already exists');
export const captchaMissing = (): WixError => applicationError(400, '-19971', 'a captcha token is required');
export const captchaWrong = (): WixError => applicationError(400, '-19970', 'the captcha token is invalid');
export const resetRequired = (): WixError =>
  applicationError(401, '-19973', 'the password must be reset before the next login');

// Wix's codes for these are not known to us. The SDK treats every unlisted code alike.
export const memberBlocked = (): WixError => applicationError(403, '-19958', 'the member is blocked');
export const wrongVerificationCode = (): WixError =>
  applicationError(400, '-19990', 'invalid verification code');
export const verificationOver = (): WixError =>
  applicationError(400, '-19989', 'the verification has expired or was tried too often');
export const recoveryOver = (): WixError =>
  applicationError(400, '-19988', 'the recovery token is unknown, used or expired');
export const unknownIdentity = (id: string): WixError =>
  applicationError(404, '-19999', `identity ${id} not found`);
export const awaitsApproval = (): WixError =>
  applicationError(403, '-19957', 'the member waits for the approval of the site owner');

/** The code of an identity error, for pages that tell people in their own words. */
export function codeOf(error: WixError): string | undefined {
  const { details } = error.body as { details?: { applicationError?: { code?: string } } };
  return details?.applicationError?.code;
}

/** The SDK recognises a malformed address by `data.type` [recorded]. */
export const malformedEmail = (field: string): WixError =>
  validationError([
    {
      field,
      description: 'is not a valid email',
      violatedRule: 'FORMAT',
      ruleName: 'EMAIL',
      data: { type: 'EMAIL' },
    },
  ]);

export const malformedPassword = (field: string): WixError =>
  validationError([{ field, description: 'must have 4 to 100 characters', violatedRule: 'LENGTH' }]);
