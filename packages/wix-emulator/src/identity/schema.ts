import { z } from 'zod';

const text = z.string().max(1_000);
const token = z.string().max(5_000);
const email = z.string().max(320);
const loginId = z.strictObject({ email });
const redirect = z.strictObject({ url: z.string().max(4_096).optional(), clientId: text.optional() });

/** One of these is meant to stand in each entry; the SDK's `auth.login` puts two into one [recorded]. */
const CaptchaToken = z.strictObject({
  Recaptcha: token.optional(),
  InvisibleRecaptcha: token.optional(),
  NoCaptcha: token.optional(),
  recaptchaForClientSiteKey: z
    .strictObject({ token: token.optional(), siteKeyId: text.optional() })
    .optional(),
});
export const CaptchaTokens = z.array(CaptchaToken).max(4).default([]);
export type CaptchaTokens = z.output<typeof CaptchaTokens>;

/** Whatever the client wants remembered along with the flow. Nothing of it comes back, so nothing is kept. */
const clientMetaData = z.record(z.string(), z.json()).optional();

export const LoginRequest = z.strictObject({
  loginId,
  password: text.optional(),
  captchaTokens: CaptchaTokens,
  clientMetaData,
  stateToken: text.optional(),
});

/** The profile of a registration [recorded] or a sign-on. */
const IdentityProfile = z.strictObject({
  firstName: text.optional(),
  lastName: text.optional(),
  nickname: text.optional(),
  slug: text.optional(),
  picture: text.optional(),
  language: text.optional(),
  emails: z.array(email).max(50).optional(),
  phones: z.array(text).max(50).optional(),
  labels: z.array(text).max(50).optional(),
  company: text.optional(),
  position: text.optional(),
  birthdate: z.iso.date().optional(),
  privacyStatus: z.enum(['UNDEFINED', 'PUBLIC', 'PRIVATE']).optional(),
  customFields: z
    .array(z.strictObject({ name: text, value: z.json() }))
    .max(50)
    .optional(),
});
export type IdentityProfile = z.output<typeof IdentityProfile>;

export const RegisterRequest = z.strictObject({
  loginId,
  password: text.default(''),
  profile: IdentityProfile.optional(),
  captchaTokens: CaptchaTokens,
  clientMetaData,
});

export const SignOnRequest = z.strictObject({
  loginId,
  profile: IdentityProfile.optional(),
  verifyEmail: z.boolean().default(false),
  // Contacts exist here as a part of members only, so there is never another one to merge with.
  mergeExistingContact: z.boolean().default(true),
});

export const VerifyRequest = z.strictObject({ code: text, stateToken: text });
export const StartVerificationRequest = z.strictObject({
  identityId: text,
  target: z.literal('EMAIL').default('EMAIL'),
});
export const ChangePasswordRequest = z.strictObject({ newPassword: text });
export const ValidateEmailRequest = z.strictObject({ email: text });
export const LogoutRequest = z.strictObject({
  postLogoutRedirectUri: z.url().max(4_096).optional(),
  clientId: text.optional(),
});

export const RecoveryRequest = z.strictObject({
  email,
  language: text.optional(),
  redirect: redirect.optional(),
});
export const ActivationRequest = z.strictObject({
  identityId: text,
  emailOptions: z.strictObject({ language: text.optional(), redirect: redirect.optional() }).optional(),
});
export const RecoverRequest = z.strictObject({ recoveryToken: text, password: text.default('') });

/** The bounds of a new password; Wix's own rule is not published. */
export const NewPassword = z.string().min(4).max(100);

/** Enough to tell an address from a slip of the pen; Wix's own rule is not published. */
export const EmailAddress = z.email();
