import { expect, test } from 'vitest';
import { isolate } from './environment.mjs';

test('tests see nothing of the configuration of a real site', () => {
  const env = {
    WIX_CLIENT_ID: 'real',
    EXTERNAL_DATABASE_URL: 'postgres://real',
    DATABASE_URL: 'postgres://real',
    SECRETS_KEY: 'real',
    DATA_DIR: '/srv/data',
    PORT: '80',
    NODE_ENV: 'production',
    PATH: '/bin',
  };
  isolate(env);
  expect(env).toEqual({ PATH: '/bin' });
});

test('what a test runner sets is kept', () => {
  const env = { NODE_ENV: 'test', VITEST: 'true' };
  isolate(env);
  expect(env).toEqual({ NODE_ENV: 'test', VITEST: 'true' });
});
