import { z } from 'zod';

/**
 * One canonical form everywhere: trimmed and in lower case, so that no spelling makes a second account or counter.
 * Nothing else is folded: plus tags and dots are different addresses to us, as they are to Wix.
 */
export const Email = z
  .string()
  .max(320)
  .transform((value) => value.trim().toLowerCase())
  .pipe(z.email('is not an e-mail address').max(254));

/**
 * Control characters, halves of characters, and marks that turn the direction of reading: a name with them could pass
 * itself off as another (unicode.org/reports/tr36, "Bidirectional Text Spoofing").
 */
const UNSEEN = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A name that somebody gives to a thing of theirs. */
export const GivenName = z
  .string()
  .trim()
  .min(1, 'is empty')
  .max(100, 'has more than 100 characters')
  .refine((value) => value.search(UNSEEN) === -1, 'has characters that cannot be seen');

/** As long as people like within reason: it goes to Wix as it is, which sets its own rules. */
export const Password = z.string().min(1, 'is empty').max(1024);

/**
 * How this device is called in the member's list of sessions; what cannot be seen is taken out. `null` when no name
 * was given.
 */
export const Device = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .optional()
  .transform((value) => value?.replaceAll(UNSEEN, '').trim() || null);

const Captcha = z.string().min(1).max(4096).optional();

const Name = z.string().trim().min(1).max(100);

export const Profile = z.strictObject({
  firstName: Name.optional(),
  lastName: Name.optional(),
  nickname: Name.optional(),
});

export const VerificationToken = z.string().min(1).max(8192);

export const VerificationCode = z
  .string()
  .trim()
  .regex(/^\d{4,10}$/, 'is not a number of four to ten digits');

/** Bodies of the routes under /api/auth. */
export const Login = z.strictObject({
  email: Email,
  password: Password,
  device: Device,
  captchaToken: Captcha,
});

export const Registration = z.strictObject({
  email: Email,
  password: Password,
  profile: Profile.optional(),
  device: Device,
  captchaToken: Captcha,
});

export const Verification = z.strictObject({
  verificationToken: VerificationToken,
  code: VerificationCode,
  device: Device,
});

export const PasswordReset = z.strictObject({ email: Email });

export const PasswordChange = z.strictObject({ currentPassword: Password, newPassword: Password });

/** The form by which an app exchanges a code, without `grant_type`. RFC 6749 §3.2: what is not known is ignored. */
export const CodeExchange = z.object({
  code: z.string().max(1024),
  redirect_uri: z.string().max(2048),
  code_verifier: z.string().max(1024),
  client_id: z.string().max(512).optional(),
  device: Device,
});

/** A SHA-256 in hex. */
export const SessionId = z.string().regex(/^[\da-f]{64}$/);

export const AccessTokenId = z.uuid();
