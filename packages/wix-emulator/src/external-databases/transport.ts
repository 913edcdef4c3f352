import { isLoopback } from '../http/loopback.ts';
import { readText } from '../http/request.ts';
import { badAnswer, notConnected, timedOut } from './errors.ts';
import type { Connection } from './store.ts';

/** Carries a request to an adapter. */
export type FetchAdapter = (request: Request) => Promise<Response>;

export type AdapterAnswer = Readonly<{ status: number; body: unknown }>;

/** A thousand items of the size that bulk calls to Wix leave to each. */
const ANSWER_LIMIT = 16_777_216;

/** The `fetch` of before anybody led it elsewhere: the site sends its own calls to Wix back to this emulator. */
const realFetch = globalThis.fetch;

/** Other machines are no business of an emulator; a program that thinks otherwise brings its own `fetchAdapter`. */
export const loopbackOnly: FetchAdapter = (request) => {
  const { hostname } = new URL(request.url);
  if (!isLoopback(hostname)) throw new Error(`${hostname} is not this machine`);
  return realFetch(request);
};

/** Both generations ask by POST, at a path below the endpoint. Redirects lead where nobody said, so they are not followed. */
export async function postToAdapter(
  { name, endpoint }: Connection,
  path: string,
  { text, contentType }: { text: string; contentType: string },
  { fetchAdapter, timeoutMs }: { fetchAdapter: FetchAdapter; timeoutMs: number },
): Promise<AdapterAnswer> {
  if (endpoint === undefined) throw notConnected(name, 'it has no endpoint');
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const headers = { 'content-type': contentType };
    const init: RequestInit = { method: 'POST', headers, body: text, redirect: 'manual', signal };
    const request = new Request(`${endpoint.replace(/\/+$/, '')}/${path}`, init);
    return await Promise.race([answerOf(name, fetchAdapter, request), abortOf(signal)]);
  } catch (error) {
    if (signal.aborted) throw timedOut(name);
    throw error;
  }
}

async function answerOf(name: string, fetchAdapter: FetchAdapter, request: Request): Promise<AdapterAnswer> {
  const response = await reached(name, () => fetchAdapter(request));
  const { status } = response;
  const text = await reached(name, () => readText(response, ANSWER_LIMIT));
  if (text === '') return { status, body: undefined };
  try {
    return { status, body: JSON.parse(text) as unknown };
  } catch {
    if (status !== 200) return { status, body: undefined };
    throw badAnswer(name, 'what it sent is not JSON');
  }
}

async function reached<Result>(name: string, attempt: () => Promise<Result>): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    throw notConnected(name, (error as Error).message);
  }
}

/** Rejects with the signal, for a `fetchAdapter` that does not listen to it. */
const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
