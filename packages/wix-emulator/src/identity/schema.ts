import { z } from 'zod';

const text = z.string().max(1_000);
const email = z.string().max(320);

/** reCAPTCHA is a site setting that stays off here, so tokens are accepted and not looked at. */
const captchaTokens = z
  .array(z.strictObject({ Recaptcha: z.string().optional(), InvisibleRecaptcha: z.string().optional() }))
  .max(2)
  .optional();

export const LoginRequest = z.strictObject({
  loginId: z.strictObject({ email }),
  password: text,
  captchaTokens,
});

/** The profile of a registration [recorded]. */
const RegistrationProfile = z.strictObject({
  firstName: text.optional(),
  lastName: text.optional(),
  nickname: text.optional(),
  slug: text.optional(),
  picture: text.optional(),
  language: text.optional(),
  emails: z.array(email).max(50).optional(),
  phones: z.array(text).max(50).optional(),
  labels: z.array(text).max(50).optional(),
  privacyStatus: z.enum(['UNDEFINED', 'PUBLIC', 'PRIVATE']).optional(),
  customFields: z
    .array(z.strictObject({ name: text, value: z.json() }))
    .max(50)
    .optional(),
});
export type RegistrationProfile = z.output<typeof RegistrationProfile>;

export const RegisterRequest = z.strictObject({
  loginId: z.strictObject({ email }),
  password: text,
  profile: RegistrationProfile.optional(),
  captchaTokens,
});

export const VerifyRequest = z.strictObject({ code: text, stateToken: text });

export const RecoveryRequest = z.strictObject({
  email,
  language: text.optional(),
  redirect: z.strictObject({ url: z.string().max(4_096), clientId: text }).optional(),
});

/** The bounds of a new password; Wix's own rule is not published. */
export const NewPassword = z.string().min(4).max(100);

/** Enough to tell an address from a slip of the pen; Wix's own rule is not published. */
export const EmailAddress = z.email();
