import { afterAll, beforeAll, expect, test } from 'vitest';
import { people, type Answer } from '../actors.ts';
import { raw } from '../raw.ts';
import { startReplicas, type Replicas } from '../replicas.ts';

/** The site in live mode as it is deployed: a proxy ends TLS, and asks this process by plain HTTP. */

const HOST = 'members.example.com';

let site: Replicas;

beforeAll(async () => {
  site = await startReplicas({ count: 1, databaseUrl: undefined });
}, 60_000);

afterAll(() => site.stop());

/** As the proxy passes it on. */
function sent(requestLine: string, headers: readonly string[], body = ''): Promise<Answer> {
  const [replica] = site.replicas;
  if (!replica) throw new Error('no replica runs');
  const lines = [`Host: ${HOST}`, 'X-Forwarded-Proto: https', `Content-Length: ${Buffer.byteLength(body)}`];
  return raw(replica, [requestLine, ...lines, ...headers], body);
}

const FORM = 'Content-Type: application/x-www-form-urlencoded';
const signIn = (...headers: string[]) =>
  sent('POST /login HTTP/1.1', [FORM, ...headers], new URLSearchParams(people.ada).toString());

const fromHere = ['Origin: https://members.example.com', 'Sec-Fetch-Site: same-origin'];

test('CS-03 a form of our own over HTTPS passes, and one of another site does not', async () => {
  expect((await signIn(...fromHere)).status).toBe(303);
  for (const elsewhere of [
    ['Origin: https://evil.example', 'Sec-Fetch-Site: cross-site'],
    // What this process believes to be its own address is nobody's origin.
    [`Origin: http://${HOST}`],
    [`Origin: ${site.replicas[0]?.address}`],
    ['Origin: http://localhost:4321'],
    ['Origin: null'],
    [],
  ]) {
    const answer = await signIn(...elsewhere, 'X-Forwarded-Host: evil.example');
    expect(answer.status, elsewhere.join()).toBe(403);
    expect(answer.headers.getSetCookie()).toEqual([]);
  }
});

test('SE-07 the cookies are of this host alone, for HTTPS alone and for no script', async () => {
  const [session = '', ...more] = (await signIn(...fromHere)).headers.getSetCookie();
  expect(more).toEqual([]);
  expect(session).toMatch(
    /^__Host-gatehouse=gh_s_[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax; Expires=[^;]+ GMT$/,
  );
  const [attempt = ''] = (await sent('GET /login/wix HTTP/1.1', [])).headers.getSetCookie();
  expect(attempt).toMatch(
    /^__Host-gatehouse-wix=[\w.-]+; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=600$/,
  );
  const cookie = `Cookie: ${session.split(';')[0]}`;
  expect((await sent('GET /api/me HTTP/1.1', [cookie])).status).toBe(200);
  const out = await sent('POST /logout HTTP/1.1', [FORM, cookie, ...fromHere]);
  expect(out.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^__Host-gatehouse=; Path=\/; HttpOnly; Secure; SameSite=Lax; Expires=Thu, 01 Jan 1970/,
    ),
  ]);
});

test('AU-17 no answer leads to a host that a request names', async () => {
  for (const forged of [
    ['X-Forwarded-Host: evil.example'],
    ['Forwarded: host=evil.example;proto=http'],
    ['X-Original-URL: //evil.example/'],
  ]) {
    for (const path of ['/connections', '/login/wix', '/api/auth/authorize', '/logout']) {
      const answer = await sent(`GET ${path} HTTP/1.1`, forged);
      expect(answer.headers.get('location') ?? '', path).not.toContain('evil');
      expect(answer.text).not.toContain('evil.example');
    }
  }
});
