import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite, type Site } from '../harness.ts';
import { requestToken } from '../oauth.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite({ variables: { RATE_LIMITS: 'on' } });
});

afterAll(() => site.stop());

test('codes are not tried without end: sixty in five minutes from one address, told as OAuth tells it', async () => {
  const guess = () =>
    requestToken(site, {
      grant_type: 'authorization_code',
      code: `gh_code_${'A'.repeat(43)}`,
      redirect_uri: 'http://127.0.0.1/signed-in',
      code_verifier: 'A'.repeat(43),
    });
  const answers = await Promise.all(Array.from({ length: 70 }, guess));
  const byStatus = Object.groupBy(answers, ({ status }) => String(status));
  expect(Object.keys(byStatus)).toEqual(['400', '429']);
  expect(byStatus['400']?.map(({ body }) => body.error as string)).toEqual(
    Array.from({ length: 60 }, () => 'invalid_grant'),
  );
  for (const { headers, body } of byStatus['429'] ?? []) {
    expect(body).toEqual({ error: 'temporarily_unavailable', error_description: expect.any(String) });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(headers.get('cache-control')).toBe('no-store');
  }
});
