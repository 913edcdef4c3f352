import { expect, test } from 'vitest';
import { isOffline, reasonForLive } from './mode.ts';

test('a laptop without any variable is offline', () => {
  expect(reasonForLive({})).toBeNull();
  for (const HOST of ['localhost', '127.0.0.1', '::1', '']) expect(isOffline({ HOST })).toBe(true);
});

test.each([
  [{ WIX_CLIENT_ID: 'x' }, 'WIX_CLIENT_ID is set'],
  [{ WIX_CLIENT_SECRET: 'x' }, 'WIX_CLIENT_SECRET is set'],
  [{ WIX_CLIENT_INSTANCE_ID: 'x' }, 'WIX_CLIENT_INSTANCE_ID is set'],
  [{ WIX_CLIENT_PUBLIC_KEY: 'x' }, 'WIX_CLIENT_PUBLIC_KEY is set'],
  [{ WIX_CLIENT_SECRET: '' }, 'WIX_CLIENT_SECRET is set'],
  [{ SITE_ORIGIN: 'https://www.example.com' }, 'SITE_ORIGIN is set'],
  [{ DATABASE_URL: '' }, 'DATABASE_URL is set'],
  [{ NODE_ENV: 'production' }, 'NODE_ENV is production'],
  [{ HOST: '0.0.0.0' }, 'HOST is 0.0.0.0, which is not this machine alone'],
  [{ HOST: 'gatehouse.example' }, 'HOST is gatehouse.example, which is not this machine alone'],
])('the emulator is never the silent back end: %o', (variables, reason) => {
  expect(reasonForLive(variables)).toBe(reason);
});
