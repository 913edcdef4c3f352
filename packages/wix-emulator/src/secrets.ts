import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret to hand out. The prefix is the one Wix's own refresh and session tokens carry. */
export const newSecret = (prefix = 'JWS.'): string => prefix + randomBytes(32).toString('base64url');

/** What is kept of a secret: 256 random bits need no salt and no slow hash. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Compares hashes, so that neither the length nor the first differing byte shows in the time taken. */
export const sameSecret = (a: string, b: string): boolean => timingSafeEqual(hashSecret(a), hashSecret(b));
