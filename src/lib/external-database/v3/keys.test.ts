import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { readPublicKeys } from './keys.ts';

const pem = (bits: number) =>
  generateKeyPairSync('rsa', { modulusLength: bits })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString();

test('JW-16 one key or several, as PEM, with written line ends, or as base64 of it', () => {
  const [one, other] = [pem(2048), pem(2048)];
  expect(readPublicKeys(one)).toEqual([one]);
  expect(readPublicKeys(one + other)).toEqual([one, other]);
  expect(readPublicKeys(one.replaceAll('\n', String.raw`\n`))).toEqual([one]);
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  expect(readPublicKeys(`${base64(one)},${base64(other)}`)).toEqual([one, other]);
});

test('no key, a short one, and one of another kind are refused', () => {
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  expect(() => readPublicKeys('nothing')).toThrow('no public key');
  expect(() => readPublicKeys(pem(1024))).toThrow('2048');
  expect(() => readPublicKeys(elliptic.export({ type: 'spki', format: 'pem' }).toString())).toThrow('2048');
});
