import type { Mail } from '../packages/wix-emulator/src/index.ts';
import type { Gatehouse } from './gatehouse.ts';

/** A member of the emulator's seed, so that the first request can be tried at once. */
const DEMO = { email: 'ada@example.com', password: 'lovelace-1815' };

/** What somebody who has just typed `npm start` wants to know. */
export function banner({ mode, address }: Pick<Gatehouse, 'mode' | 'address'>): string {
  const lines = [`Gatehouse is at ${address}`, ''];
  if (mode === 'live') return [...lines, 'Mode: live. Wix itself answers for your site.', ''].join('\n');
  return [
    ...lines,
    'Mode: offline. The embedded Wix emulator answers; nothing leaves this machine.',
    `Demo member: ${DEMO.email} / ${DEMO.password}`,
    'Mails that Wix would send, such as a link for a new password, are shown here.',
    '',
    'Sign in and list her connections from a shell:',
    '',
    `  TOKEN=$(curl -s ${address}/api/auth/login -H 'Content-Type: application/json' \\`,
    `    -d '${JSON.stringify(DEMO)}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`,
    `  curl -s "${address}/api/collections/SITConnections/items?limit=5" -H "Authorization: Bearer $TOKEN"`,
    '',
  ].join('\n');
}

/** A mail of offline mode, where nobody has a mailbox: what it is for, and what to open or to type in. */
export function letter({ kind, to, code, link }: Mail): string {
  const purposes = {
    verification: 'The code to come in with',
    'password-reset': 'Choose a new password',
    activation: 'Choose a first password',
  } satisfies Record<Mail['kind'], string>;
  return `\nMail to ${to}\n${purposes[kind]}: ${link ?? code}\n`;
}
