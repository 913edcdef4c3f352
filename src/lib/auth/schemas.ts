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

/** As long as people like within reason: it goes to Wix as it is, which sets its own rules. */
export const Password = z.string().min(1, 'is empty').max(1024);

/** How this device is called in the member's list of sessions. */
export const Device = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .optional()
  .transform((value) => value ?? null);

export const Captcha = z.string().min(1).max(4096).optional();

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
