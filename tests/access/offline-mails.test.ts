import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { letter } from '../../server/banner.ts';
import { serve, type Gatehouse } from '../../server/gatehouse.ts';
import { people } from '../actors.ts';

/** Offline nobody has a mailbox, so whoever started the site reads its mails in the terminal. */

/** Taken before the site replaces it with its road to Wix. */
const network = globalThis.fetch;
const letters: string[] = [];
let site: Gatehouse;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-mails-'));
  site = await serve({
    variables: { DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'error', RATE_LIMITS: 'off' },
    onMail: (mail) => letters.push(letter(mail)),
  });
});

afterAll(async () => {
  await site.stop();
  await rm(folder, { recursive: true });
});

test('a link for a new password is told with its reader, opens, and belongs to a member', async () => {
  expect(await askFor('nobody@example.com')).toBe(202);
  expect(letters).toEqual([]);
  expect(await askFor(people.ada.email)).toBe(202);
  expect(letters).toHaveLength(1);
  const [, to, link = ''] = /^\nMail to (\S+)\nChoose a new password: (\S+)\n$/.exec(letters[0] ?? '') ?? [];
  expect(to).toBe(people.ada.email);
  expect(link.startsWith(`${site.address}/_hosted/reset-password?token=`)).toBe(true);
  const page = await network(link);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('New password')]);
});

test('a code to come in with is told as a code', async () => {
  site.emulator?.settings.set({ emailVerification: true });
  const answer = await post('/api/auth/register', { email: 'kay@example.com', password: 'mcnulty-1921' });
  expect(answer.status).toBe(202);
  const { verificationToken } = (await answer.json()) as { verificationToken: string };
  const [, code] =
    /^\nMail to kay@example\.com\nThe code to come in with: (\d+)\n$/.exec(letters.at(-1) ?? '') ?? [];
  expect((await post('/api/auth/verify', { verificationToken, code })).status).toBe(200);
});

async function askFor(email: string): Promise<number> {
  return (await post('/api/auth/password-reset', { email })).status;
}

function post(path: string, body: object): Promise<Response> {
  return network(`${site.address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
