import { STATUS_CODES } from 'node:http';
import type { Actor } from '../auth/actor.ts';
import { sessionCookie } from '../auth/credential.ts';
import { endCredential } from '../auth/stores.ts';
import type { SignIn } from '../auth/sign-in.ts';
import { Problem } from './problem.ts';

/**
 * A page is a function of any method unless it says which ones it knows. HEAD comes with GET (RFC 9110 §9.3.2).
 * @throws {Problem} `method-not-allowed`.
 */
export function allowMethods({ method }: Request, ...methods: readonly ('GET' | 'POST')[]): void {
  const allowed: readonly string[] = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  if (allowed.includes(method)) return;
  const allow = allowed.join(', ');
  throw new Problem('method-not-allowed', { detail: `Allowed: ${allow}.`, headers: { allow } });
}

type PageResponse = { status?: number; statusText?: string; headers: Headers };

/** Gives a page another status than 200, and the headers that go with it. */
export function answerWith(
  response: PageResponse,
  { status, headers }: Readonly<{ status: number; headers: Readonly<Record<string, string>> }>,
): void {
  response.status = status;
  response.statusText = STATUS_CODES[status] ?? '';
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
}

/** The answer to a form that did its work: the browser goes on with GET, so that reloading repeats nothing. */
export function seeOther(location: string, cookie?: string): Response {
  return new Response(null, { status: 303, headers: { location, ...(cookie && { 'set-cookie': cookie }) } });
}

/**
 * Lets a browser in: the cookie of the session that was just made. A session it had before ends, so that nobody stays
 * signed in behind it.
 */
export async function welcome(
  { token, expiresAt }: Extract<SignIn, { state: 'SUCCESS' }>,
  before: Actor,
  returnTo: string,
): Promise<Response> {
  if (before.kind === 'member' && before.credential.kind === 'session')
    await endCredential(before.id, before.credential);
  return seeOther(returnTo, sessionCookie(token, expiresAt));
}
