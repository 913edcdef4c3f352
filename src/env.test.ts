import { describe, expect, test } from 'vitest';
import { environment, parseEnvironment, provideEnvironment } from './env.ts';
import { provided } from './provided.ts';

const right = {
  WIX_CLIENT_ID: '0f1e2d3c-4b5a-4697-8877-665544332211',
  WIX_CLIENT_SECRET: 'client-secret-value',
  WIX_CLIENT_INSTANCE_ID: '11223344-5566-4778-8990-aabbccddeeff',
  SITE_ORIGIN: 'https://gatehouse.example',
  SECRETS_KEY: Buffer.alloc(32, 9).toString('base64'),
};

function refusalOf(variables: Record<string, string | undefined>): string {
  try {
    parseEnvironment(variables, 'live');
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the environment was accepted');
}

test('what is needed is enough, and the rest has defaults', () => {
  expect(parseEnvironment(right, 'live')).toEqual({
    ...right,
    DATA_DIR: '.data',
    HOST: 'localhost',
    PORT: 4321,
    EXTERNAL_DATABASE_INSTANCE_IDS: [],
    PREVIOUS_SECRETS_KEYS: [],
    DATABASE_POOL_SIZE: 10,
    TRUSTED_PROXIES: [],
    RATE_LIMITS: 'on',
    CORS_ORIGINS: [],
    APP_REDIRECT_URIS: [],
    LOG_LEVEL: 'info',
    WIX_TIMEOUT_MS: 10_000,
    mode: 'live',
  });
});

test('several values stand in one variable, separated by commas', () => {
  const lists = parseEnvironment(
    {
      ...right,
      PREVIOUS_SECRETS_KEYS: `${right.SECRETS_KEY} ,${Buffer.alloc(32, 8).toString('base64')}`,
      TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,::1,fd00::/8',
      APP_REDIRECT_URIS:
        'com.example.app:/signed-in,https://app.example.com/x?y=1,http://127.0.0.1/cb,http://[::1]/cb',
    },
    'live',
  );
  expect(lists.PREVIOUS_SECRETS_KEYS).toHaveLength(2);
  expect(lists.TRUSTED_PROXIES).toEqual(['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8']);
  expect(lists.APP_REDIRECT_URIS).toHaveLength(4);
});

test('an empty variable is as good as none', () => {
  expect(parseEnvironment({ ...right, PORT: '', HOST: '', DATABASE_URL: '' }, 'live').PORT).toBe(4321);
  expect(refusalOf({ ...right, SECRETS_KEY: '' })).toContain('SECRETS_KEY');
});

test('other variables are nobody’s business', () => {
  expect(parseEnvironment({ ...right, PATH: '/bin', HOME: undefined }, 'live')).not.toHaveProperty('PATH');
});

test('it cannot be changed afterwards', () => {
  const parsed = parseEnvironment(right, 'live') as unknown as { SECRETS_KEY: string };
  expect(() => {
    parsed.SECRETS_KEY = 'x';
  }).toThrow(TypeError);
});

describe('FA-19 the start is refused', () => {
  test.each(Object.keys(right))('without %s, by name', (name) => {
    const message = refusalOf({ ...right, [name]: undefined });
    expect(message).toMatch(new RegExp(`^ {2}${name} is missing$`, 'm'));
    for (const other of Object.keys(right)) if (other !== name) expect(message).not.toContain(other);
  });

  test('without anything, naming all of it at once', () => {
    const message = refusalOf({});
    for (const name of Object.keys(right)) expect(message).toContain(`  ${name} is missing`);
  });

  const wrong: [name: string, value: string][] = [
    ['WIX_CLIENT_ID', 'wrong-value'],
    ['WIX_CLIENT_INSTANCE_ID', 'wrong-value'],
    ['WIX_CLIENT_SECRET', 'wrongva'],
    ['SITE_ORIGIN', 'wrong-value'],
    ['SITE_ORIGIN', 'https://wrong.example/'],
    ['SITE_ORIGIN', 'https://wrong.example/path'],
    ['SITE_ORIGIN', 'https://WRONG.example'],
    ['SITE_ORIGIN', 'https://wrong.example:443'],
    ['SITE_ORIGIN', 'ftp://wrong.example'],
    ['SITE_ORIGIN', 'javascript:wrong'],
    ['SITE_ORIGIN', 'https://user:wrong@gatehouse.example'],
    ['SITE_ORIGIN', 'https://gatehouse.example, https://wrong.example'],
    ['SECRETS_KEY', 'wrong-value'],
    ['SECRETS_KEY', Buffer.alloc(31, 5).toString('base64')],
    ['SECRETS_KEY', Buffer.alloc(33, 5).toString('base64')],
    ['SECRETS_KEY', 'a'.repeat(32)],
    ['PREVIOUS_SECRETS_KEYS', 'wrong-value'],
    ['PREVIOUS_SECRETS_KEYS', `${right.SECRETS_KEY},${Buffer.alloc(31, 5).toString('base64')}`],
    ['DATABASE_URL', 'wrong-value'],
    ['DATABASE_URL', 'file:wrong.sqlite'],
    ['DATABASE_POOL_SIZE', '0'],
    ['TRUSTED_PROXIES', 'wrong.example'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '::1/129'],
    ['TRUSTED_PROXIES', '10.0.0.1, wrong'],
    ['TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['RATE_LIMITS', 'wrong-value'],
    ['APP_REDIRECT_URIS', 'wrong-value'],
    ['APP_REDIRECT_URIS', 'http://wrong.example/signed-in'],
    ['APP_REDIRECT_URIS', 'http://localhost/wrong'],
    ['APP_REDIRECT_URIS', 'javascript:wrong'],
    ['APP_REDIRECT_URIS', 'myapp:/wrong-without-a-dot'],
    ['APP_REDIRECT_URIS', 'https://wrong.example/signed-in#part'],
    ['APP_REDIRECT_URIS', 'https://user:wrong@app.example.com/'],
    ['APP_REDIRECT_URIS', 'https://app.example.com/wröng'],
    ['APP_REDIRECT_URIS', 'https://app.example.com\\\\wrong'],
    ['EXTERNAL_DATABASE_URL', 'wrong-value'],
    ['EXTERNAL_DATABASE_SECRET_KEY', 'wrong-short'],
    ['EXTERNAL_DATABASE_PUBLIC_KEY', 'wrong-value'],
    ['EXTERNAL_DATABASE_INSTANCE_IDS', 'wrong-value'],
    ['PORT', 'wrong-value'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '1.5'],
    ['LOG_LEVEL', 'wrong-value'],
    ['WIX_TIMEOUT_MS', '0'],
    ['WIX_TIMEOUT_MS', '60001'],
    ['WIX_TIMEOUT_MS', 'wrong-value'],
  ];
  test.each(wrong)('with %s set to %j, which is not repeated', (name, value) => {
    const message = refusalOf({ ...right, [name]: value });
    expect(message).toMatch(new RegExp(`^ {2}${name} is not right: `, 'm'));
    if (value.length > 5) expect(message).not.toContain(value);
    expect(message).not.toMatch(/wrong|client-secret-value/);
  });

  test('with the password of a database that cannot be one, which is not repeated', () => {
    const message = refusalOf({ ...right, DATABASE_URL: 'mysql://gatehouse:hunter2@db.example/x' });
    expect(message).toContain('DATABASE_URL');
    expect(message).not.toMatch(/hunter2|db\.example/);
  });

  test('AD-02 with a secret of the adapter that is set and empty', () => {
    expect(refusalOf({ ...right, EXTERNAL_DATABASE_SECRET_KEY: '' })).toContain(
      'EXTERNAL_DATABASE_SECRET_KEY',
    );
  });

  test('without rate limits in production', () => {
    expect(refusalOf({ ...right, RATE_LIMITS: 'off', NODE_ENV: 'production' })).toMatch(/RATE_LIMITS/);
    expect(parseEnvironment({ ...right, RATE_LIMITS: 'off' }, 'live').RATE_LIMITS).toBe('off');
  });
});

test('nothing runs on an environment that was not read yet', () => {
  const [provide, current] = provided<number>('answer');
  expect(current).toThrow('the answer is read before the application has started');
  provide(42);
  expect(current()).toBe(42);
  provide(0);
  expect(current()).toBe(0);

  provideEnvironment(parseEnvironment(right, 'offline'));
  expect(environment().mode).toBe('offline');
});
