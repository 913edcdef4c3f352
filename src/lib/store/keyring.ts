import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { provided } from '../../provided.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Between the key's id and what it sealed; base64url has no dot. */
const SEPARATOR = '.';

/**
 * The secrets of this deployment: one key that seals and signs, and older ones that still open what they sealed, so
 * that `SECRETS_KEY` can be changed without signing anybody out.
 */
export type Keyring = Readonly<{
  /** The id of the key that seals now; the first part of every text it sealed. */
  id: string;
  /**
   * Authenticated encryption for secrets at rest: AES-256-GCM, NIST SP 800-38D. The purpose (such as the session's id)
   * is authenticated too, so a sealed text copied into another row does not open.
   */
  seal: (purpose: string, plain: string) => string;
  /** @throws {Error} when the text was changed, belongs to another purpose, or its key is not on the ring. */
  unseal: (purpose: string, text: string) => string;
  /** HMAC-SHA-256 of `text` under a key derived for this purpose alone (NIST SP 800-108). */
  sign: (purpose: string, text: string) => Buffer;
  /** Whether one of the keys, new or old, made this signature; in constant time. */
  verifies: (purpose: string, text: string, signature: Buffer) => boolean;
}>;

/**
 * @param current 32 bytes; seals and signs.
 * @param previous older keys of 32 bytes each; they only open and verify.
 * @throws {RangeError} for a key of another length.
 */
export function keyring(current: Buffer, previous: readonly Buffer[] = []): Keyring {
  for (const key of [current, ...previous])
    if (key.length !== KEY_BYTES) throw new RangeError('a key has 32 bytes');
  const keys = new Map([...previous.toReversed(), current].map((key) => [idOf(key), key]));
  const id = idOf(current);
  const signingKeyOf = derivedOnce();
  const sign = (key: Buffer, purpose: string, text: string) =>
    createHmac('sha256', signingKeyOf(key, purpose)).update(text).digest();
  return {
    id,
    seal: (purpose, plain) => id + SEPARATOR + sealWith(current, purpose, plain),
    unseal(purpose, text) {
      const [keyId = '', sealed = '', ...rest] = text.split(SEPARATOR);
      const key = keys.get(keyId);
      if (!key || rest.length > 0) throw new Error('it was sealed with a key that is not on the ring');
      return unsealWith(key, purpose, sealed);
    },
    sign: (purpose, text) => sign(current, purpose, text),
    verifies: (purpose, text, signature) =>
      [...keys.values()].some((key) => {
        const expected = sign(key, purpose, text);
        return expected.length === signature.length && timingSafeEqual(expected, signature);
      }),
  };
}

/** The one keyring of this process. */
export const [provideSecrets, secrets] = provided<Keyring>('keyring');

/** Names a key without telling anything about it. */
function idOf(key: Buffer): string {
  return derived(key, 'key id').toString('hex').slice(0, 8);
}

function derived(key: Buffer, purpose: string): Buffer {
  return createHmac('sha256', key).update(purpose).digest();
}

/** Keys for signing, each derived when it is first asked for: the purposes are words of our own, so few. */
function derivedOnce(): (key: Buffer, purpose: string) => KeyObject {
  const known = new Map<Buffer, Map<string, KeyObject>>();
  return (key, purpose) => {
    const ofKey = known.get(key) ?? new Map<string, KeyObject>();
    known.set(key, ofKey);
    const made = ofKey.get(purpose) ?? createSecretKey(derived(key, purpose));
    ofKey.set(purpose, made);
    return made;
  };
}

function sealWith(key: Buffer, purpose: string, plain: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return sealed.toString('base64url');
}

function unsealWith(key: Buffer, purpose: string, text: string): string {
  const sealed = Buffer.from(text, 'base64url');
  // The length is said, or a text cut short would be judged by a tag of a few bytes.
  const options = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), options)
    .setAAD(Buffer.from(purpose))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  const body = sealed.subarray(NONCE_BYTES, -TAG_BYTES);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}
