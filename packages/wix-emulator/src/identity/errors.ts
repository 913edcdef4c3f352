import { applicationError, validationError } from '../http/errors.ts';
import type { WixError } from '../http/errors.ts';

// The codes the SDK and Wix's own samples know; the status beside each was seen in the wild.
export const unknownEmail = (): WixError => applicationError(404, '-19999', 'identity not found');
export const wrongPassword = (): WixError => applicationError(401, '-19976', 'wrong password');
export const emailExists = (): WixError => applicationError(409, '-19995', 'email already exists');

// Wix's codes for these are not known to us. The SDK treats every unlisted code alike.
export const memberBlocked = (): WixError => applicationError(403, '-19958', 'the member is blocked');
export const wrongVerificationCode = (): WixError =>
  applicationError(400, '-19990', 'invalid verification code');
export const verificationOver = (): WixError =>
  applicationError(400, '-19989', 'the verification has expired or was tried too often');

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

export const malformedPassword = (): WixError =>
  validationError([
    { field: 'password', description: 'must have 4 to 100 characters', violatedRule: 'LENGTH' },
  ]);
