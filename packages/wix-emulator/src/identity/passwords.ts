import { hash, verify } from '@node-rs/argon2';
import { randomUUID } from 'node:crypto';

/** `Algorithm.Argon2id`; the package declares it as a const enum, which type stripping cannot resolve. */
const ARGON2ID = 2;

/**
 * argon2id with the first choice of OWASP's password storage page: 19 MiB, two passes. The values are in the
 * hash, so they can be raised without touching stored ones.
 */
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, PARAMETERS);

export const verifyPassword = (passwordHash: string, password: string): Promise<boolean> =>
  verify(passwordHash, password);

let nobodys: Promise<string> | undefined;

/** Takes as long as a look at somebody's password, so that time does not tell who has an account. */
export async function verifyNobodys(password: string): Promise<false> {
  nobodys ??= hashPassword(randomUUID());
  await verifyPassword(await nobodys, password);
  return false;
}
