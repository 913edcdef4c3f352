import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { actor, type Actor, type Answer } from './actors.ts';
import type { Site } from './harness.ts';

/** A browser that keeps cookies and stops at every redirect, so that a test sees where each one leads. */
export type Browser = Readonly<{
  /** By name. */
  cookies: Map<string, string>;
  get: (address: string) => Promise<Answer>;
  post: (address: string, form: Readonly<Record<string, string>>) => Promise<Answer>;
  /** Goes where the last answer led, until an answer leads nowhere or away from the site. */
  follow: (answer: Answer) => Promise<Answer>;
}>;

export function openBrowser(site: Site, cookies: Iterable<[string, string]> = []): Browser {
  const jar = new Map(cookies);

  async function go(address: string, init: RequestInit = {}): Promise<Answer> {
    const { origin, pathname, search } = new URL(address, site.address);
    if (origin !== site.address) throw new Error(`the browser was about to leave for ${origin}`);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { accept: 'text/html', ...(cookie && { cookie }), ...(init.headers as object) };
    const answer = await actor(site, 'a browser', headers).send(pathname + search, { ...init, headers });
    for (const line of answer.headers.getSetCookie()) keep(line);
    return answer;
  }

  function keep(line: string): void {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (value === '' || /max-age=0(;|$)/i.test(line)) jar.delete(name);
    else jar.set(name, value);
  }

  const browser: Browser = {
    cookies: jar,
    get: (address) => go(address),
    post: (address, form) =>
      go(address, {
        method: 'POST',
        body: new URLSearchParams(form),
        headers: { origin: site.address, 'sec-fetch-site': 'same-origin' },
      }),
    async follow(answer) {
      let last = answer;
      for (let hop = 0; hop < 10; hop += 1) {
        const location = last.headers.get('location');
        if (location === null || new URL(location, site.address).origin !== site.address) return last;
        last = await go(location);
      }
      throw new Error('the redirects do not end');
    },
  };
  return browser;
}

/** The form of a page: where it leads. */
export function formAction({ text }: Answer): string {
  const action = /<form[^>]*\saction="((?:\/_hosted|\/login|\/api)[^"]*)"/.exec(text)?.[1];
  if (action === undefined) throw new Error(`there is no form: ${text}`);
  return unescape(action);
}

function unescape(text: string): string {
  return text
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&amp;', '&');
}

/** Begins a sign-in at Wix and stops where Wix has the browser bring its answer. */
export async function walkToCallback(
  browser: Browser,
  { email, password }: Readonly<{ email: string; password: string }>,
  start = '/login/wix',
): Promise<URL> {
  const page = await browser.follow(await browser.get(start));
  expect(page.text).toContain('This is not Wix.');
  const done = await browser.post(formAction(page), { email, password });
  expect(done.status, done.text).toBe(303);
  return new URL(done.headers.get('location') ?? '');
}

/** A verifier and its challenge: RFC 7636 §4.1 and §4.2. */
export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** A token request as an app sends it. */
export async function requestToken(
  site: Site,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const visitor: Actor = actor(site, 'an app', {});
  return visitor.send('/api/auth/token', {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
}
