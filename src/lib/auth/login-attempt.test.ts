import { beforeEach, expect, test } from 'vitest';
import { keyring, provideSecrets } from '../store/keyring.ts';
import { attemptCookie, blankAttemptCookie, readAttempt } from './login-attempt.ts';

const TEN_MINUTES = 10 * 60 * 1000;
const [oldKey, newKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const attempt = { state: 'state-1', codeVerifier: 'verifier-1', returnTo: '/connections?status=lead' };

beforeEach(() => provideSecrets(keyring(oldKey)));

/** What a browser sends back of a cookie. */
function sent(cookie: string, more = ''): Headers {
  return new Headers({ cookie: `${more}${cookie.split(';')[0]}` });
}

test('the attempt comes back whole, and is not to be read on the way', () => {
  const cookie = attemptCookie(attempt, TEN_MINUTES);
  expect(readAttempt(sent(cookie), TEN_MINUTES)).toEqual({ ...attempt, begunAt: TEN_MINUTES });
  expect(cookie).not.toMatch(/state-1|verifier-1|connections/);
});

test('it is over after ten minutes, also in a browser that keeps it', () => {
  const cookie = attemptCookie(attempt, 0);
  expect(readAttempt(sent(cookie), TEN_MINUTES - 1)).toMatchObject(attempt);
  expect(readAttempt(sent(cookie), TEN_MINUTES)).toBeNull();
});

test('it outlives a change of the key, and not the loss of it', () => {
  const cookie = attemptCookie(attempt);
  provideSecrets(keyring(newKey, [oldKey]));
  expect(readAttempt(sent(cookie))).toMatchObject(attempt);
  provideSecrets(keyring(newKey));
  expect(readAttempt(sent(cookie))).toBeNull();
});

test('none, two, an ended one and one that somebody wrote by hand are no attempt', () => {
  const cookie = attemptCookie(attempt);
  const [pair = ''] = cookie.split(';');
  expect(readAttempt(new Headers())).toBeNull();
  expect(readAttempt(sent(cookie, `${pair}; `))).toBeNull();
  expect(readAttempt(sent(blankAttemptCookie()))).toBeNull();
  expect(readAttempt(new Headers({ cookie: `${pair.slice(0, -3)}AAA` }))).toBeNull();
  expect(readAttempt(new Headers({ cookie: `${pair.split('=')[0]}={"state":"state-1"}` }))).toBeNull();
});

test('SR-01 where to go afterwards is safe before it is sealed, and the cookie fits into a browser', () => {
  const away = attemptCookie({ ...attempt, returnTo: '//evil.example' });
  expect(readAttempt(sent(away))?.returnTo).toBe('/');
  const long = attemptCookie({ ...attempt, returnTo: `/${'a'.repeat(2047)}` });
  expect(readAttempt(sent(long))?.returnTo).toHaveLength(2048);
  // RFC 6265 §6.1: browsers keep at least 4096 bytes, attributes included.
  expect(long.length).toBeLessThan(4096);
});
