import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseEnvironment, provideEnvironment } from '../../env.ts';
import { memberAccessToken, type MemberTokens } from './member-tokens.ts';
import { installTransport } from './transport.ts';

const id = '00000000-0000-4000-8000-000000000000';
const variables = {
  WIX_CLIENT_ID: id,
  WIX_CLIENT_SECRET: 'a secret',
  WIX_CLIENT_INSTANCE_ID: id,
  SITE_ORIGIN: 'http://localhost:4321',
  SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
};
const stale: MemberTokens = { accessToken: 'a1', expiresAt: 0, refreshToken: 'r1' };
const fresh: MemberTokens = { accessToken: 'a2', expiresAt: 4_000_000_000, refreshToken: 'r2' };

let uninstall: () => void;

beforeEach(() => {
  provideEnvironment(parseEnvironment(variables, 'offline'));
  const refused = () => Promise.resolve(Response.json({ error: 'invalid_grant' }, { status: 400 }));
  uninstall = installTransport({ backend: refused, timeoutMs: 1_000 });
});

afterEach(() => uninstall());

test('AU-21 a refused renewal ends the credential', async () => {
  const end = vi.fn(() => Promise.resolve());
  const shelf = { credentialId: 's1', read: () => Promise.resolve(stale), write: vi.fn(), end };
  await expect(memberAccessToken(shelf)).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(end).toHaveBeenCalledOnce();
});

test('SE-03 a renewal that succeeds does not put old tokens in place of those that a change of password brought', async () => {
  uninstall();
  const renewed = () =>
    Promise.resolve(Response.json({ access_token: 'a1+', refresh_token: 'r1', expires_in: 60 }));
  uninstall = installTransport({ backend: renewed, timeoutMs: 1_000 });
  const read = vi.fn().mockResolvedValueOnce(stale).mockResolvedValue(fresh);
  const [end, write] = [vi.fn(), vi.fn(() => Promise.resolve())];
  await expect(memberAccessToken({ credentialId: 's3', read, write, end })).resolves.toBe('a2');
  expect(write).not.toHaveBeenCalled();
  expect(end).not.toHaveBeenCalled();
});

test('but not one that was given new tokens meanwhile: those go on', async () => {
  const read = vi.fn().mockResolvedValueOnce(stale).mockResolvedValue(fresh);
  const [end, write] = [vi.fn(), vi.fn(() => Promise.resolve())];
  await expect(memberAccessToken({ credentialId: 's2', read, write, end })).resolves.toBe('a2');
  expect(end).not.toHaveBeenCalled();
});
