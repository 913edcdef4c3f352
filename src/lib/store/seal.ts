import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Authenticated encryption for secrets at rest: AES-256-GCM, NIST SP 800-38D.
 * The purpose (such as the session's id) is authenticated too, so a sealed text copied into another row does not open.
 */
export function seal(key: Buffer, purpose: string, plain: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return sealed.toString('base64url');
}

/** @throws {Error} when the text was changed, belongs to another purpose, or was sealed with another key. */
export function unseal(key: Buffer, purpose: string, text: string): string {
  const sealed = Buffer.from(text, 'base64url');
  // The length is said, or a text cut short would be judged by a tag of a few bytes.
  const options = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), options)
    .setAAD(Buffer.from(purpose))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  const body = sealed.subarray(NONCE_BYTES, -TAG_BYTES);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}
