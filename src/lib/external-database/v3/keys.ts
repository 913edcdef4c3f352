import { createPublicKey } from 'node:crypto';

/**
 * Reads RSA public keys: PEM, or base64 of it, one or several. While Wix changes its key both are there, so that nothing
 * it signs is refused; the old one is taken out again.
 * @returns them as SPKI PEM.
 * @throws {Error} when one is no RSA key of 2048 bits at least; its text is not repeated.
 */
export function readPublicKeys(text: string): string[] {
  const pem = text.includes('-----BEGIN')
    ? text.replaceAll(String.raw`\n`, '\n')
    : text
        .split(',')
        .map((part) => Buffer.from(part.trim(), 'base64').toString('utf8'))
        .join('\n');
  const blocks =
    pem.match(/-----BEGIN (?:RSA )?PUBLIC KEY-----[\s\S]+?-----END (?:RSA )?PUBLIC KEY-----/g) ?? [];
  if (blocks.length === 0) throw new Error('holds no public key');
  return blocks.map((block) => {
    const key = createPublicKey(block);
    if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
      throw new Error('holds a key that is no RSA key of 2048 bits at least');
    return key.export({ type: 'spki', format: 'pem' }).toString();
  });
}
