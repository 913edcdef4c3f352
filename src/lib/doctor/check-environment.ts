import { createPublicKey } from 'node:crypto';
import { environmentMistakes } from '../../env.ts';
import { ok, type Finding } from './finding.ts';

type Variables = Readonly<Record<string, string | undefined>>;
type Mode = 'offline' | 'live';

/** The variables themselves: nobody is asked, and no value is repeated. */
export function checkEnvironment(variables: Variables, mode: Mode): Finding[] {
  const mistakes = environmentMistakes(variables).map(({ name, mistake }): Finding => ({
    level: 'fault',
    subject: name,
    message: mistake,
    remedy: { words: 'the README says where it comes from, under "Connecting your Wix site"' },
  }));
  if (mistakes.length > 0) return mistakes;
  return [
    ok('environment', `every variable is as it must be; the mode is ${mode}`),
    ...checkSecretsKeys(variables),
    ...checkOrigin(variables['SITE_ORIGIN'] ?? ''),
    ...checkPublicKey(variables['WIX_CLIENT_PUBLIC_KEY']),
  ];
}

/** Of 32 random bytes fewer than this many different ones are never seen: the chance is below 1 in 10^12. */
const FEWEST_DIFFERENT_BYTES = 18;

function checkSecretsKeys({ SECRETS_KEY = '', PREVIOUS_SECRETS_KEYS = '' }: Variables): Finding[] {
  const keys = [SECRETS_KEY, ...PREVIOUS_SECRETS_KEYS.split(',').map((key) => key.trim())].filter(Boolean);
  if (!keys.some(looksMadeUp)) return [ok('SECRETS_KEY', '32 bytes that look random')];
  const words = 'make one with: openssl rand -base64 32; docs/storage.md says how a key is changed';
  return [
    {
      level: 'fault',
      subject: 'SECRETS_KEY',
      message: 'looks written by hand, not random',
      remedy: { words },
    },
  ];
}

/** Whether somebody could guess it: a word, or the same few bytes over and over. */
function looksMadeUp(key: string): boolean {
  const bytes = Buffer.from(key, 'base64');
  return new Set(bytes).size < FEWEST_DIFFERENT_BYTES || /^[\x20-\x7E]+$/.test(bytes.toString('latin1'));
}

function checkOrigin(origin: string): Finding[] {
  const { protocol, hostname } = new URL(origin);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol === 'https:' || isLocal) return [];
  const message = 'is http:, where browsers keep no session cookie and Wix sends nobody back to';
  return [
    { level: 'fault', subject: 'SITE_ORIGIN', message, remedy: { words: 'serve the site over https' } },
  ];
}

/** As `wix env pull` writes it: PEM, or base64 of it. */
function checkPublicKey(key: string | undefined): Finding[] {
  if (!key) return [];
  try {
    const pem = key.includes('-----BEGIN') ? key.replaceAll('\\n', '\n') : Buffer.from(key, 'base64');
    if (createPublicKey(pem).asymmetricKeyType === 'rsa')
      return [ok('WIX_CLIENT_PUBLIC_KEY', 'is an RSA public key')];
  } catch {
    // Told below.
  }
  const message = 'is no RSA public key in PEM, nor base64 of one';
  const words = 'copy it again from the webhooks page of the app, or by wix env pull';
  return [{ level: 'fault', subject: 'WIX_CLIENT_PUBLIC_KEY', message, remedy: { words } }];
}
