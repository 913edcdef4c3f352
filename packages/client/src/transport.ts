import type { GatehouseError } from './errors.ts';
import { failure, readJsonObject, refusal, responseError } from './problem.ts';
import type { GatehouseOptions, GatehouseResponse, RequestOptions } from './types.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

interface Input {
  query?: Readonly<Record<string, string | undefined>>;
  body?: unknown;
  /** Leaves the token at home: a dead one must not stand in the way of a new sign-in. */
  anonymous?: boolean;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** `setTimeout` counts in 32 bits: more would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Headers that callers cannot displace. Skipped before they are looked at, so that no platform error quotes them. */
const OWN_HEADERS = new Set(['accept', 'authorization', 'content-type', 'cookie']);

/** RFC 9110 §15.4: the statuses that name another address. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * http(s), a host, maybe a path; no credentials, query or fragment. A pattern, because `URL` in React Native is
 * incomplete.
 */
const BASE_URL = /^https?:\/\/[^\s/?#@\\]+(\/[^\s?#\\]*)?$/i;

/** Turns calls into requests and answers into results. Holds the token, in a private field, so that no log prints it. */
export class Transport {
  readonly #baseUrl: string;
  readonly #fetch: GatehouseOptions['fetch'];
  readonly #timeoutMs: number;
  #token: string | undefined;

  constructor({ baseUrl, token, fetch, timeoutMs = DEFAULT_TIMEOUT_MS }: GatehouseOptions) {
    if (typeof baseUrl !== 'string' || !BASE_URL.test(baseUrl)) {
      throw new TypeError(
        'baseUrl must be an http or https address without credentials, query or fragment, such as https://members.example.com',
      );
    }
    this.#baseUrl = baseUrl.replace(/\/+$/, '');
    this.#fetch = fetch;
    this.#timeoutMs = assertTimeout(timeoutMs);
    this.token = token ?? undefined;
  }

  get token(): string | undefined {
    return this.#token;
  }

  /** @throws {TypeError} when it cannot be a header; the message does not repeat it. */
  set token(token: string | undefined) {
    if (token !== undefined && !isToken(token)) {
      throw new TypeError('token must be a bearer token: letters, digits and -._~+/ with = at the end');
    }
    this.#token = token;
  }

  /**
   * One request, sent once: nothing is repeated behind the caller's back.
   * @throws {GatehouseError} for every failure from here to the server and back.
   */
  async send<Result>(
    method: Method,
    path: string,
    input: Input = {},
    options: RequestOptions = {},
  ): Promise<GatehouseResponse<Result>> {
    const token = input.anonymous ? undefined : this.#token;
    const init: RequestInit = {
      method,
      headers: requestHeaders(options.headers, token, input.body !== undefined),
      // The server refuses a bearer token and its cookie together.
      credentials: 'omit',
      // A redirect could carry the token or a password to another server. Not `error`, which looks like no network.
      redirect: 'manual',
      ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
    };
    const timeoutMs = assertTimeout(options.timeoutMs ?? this.#timeoutMs);
    // A plain call, late: browsers want no other `this`, and apps may install a polyfill after this module is loaded.
    const fetch = this.#fetch ?? globalThis.fetch;
    const url = this.#baseUrl + path + queryString(input.query);
    const { response, text } = await exchange(
      (signal) => fetch(url, { ...init, signal }),
      timeoutMs,
      options.signal,
    );
    return readAnswer(response, text, token);
  }
}

/** RFC 6750 §2.1, `b64token`. */
export function isToken(token: unknown): token is string {
  return typeof token === 'string' && /^[A-Za-z0-9._~+/-]+=*$/.test(token);
}

/**
 * One part of a path. `.` and `..` are refused: URL parsers resolve them, also when percent-encoded, and the request
 * would go to another route.
 */
export function segment(value: string, name: string): string {
  if (typeof value !== 'string' || value === '' || value === '.' || value === '..') {
    throw new TypeError(`${name} must be text other than "", "." and ".."`);
  }
  return encodeURIComponent(value);
}

function assertTimeout(timeoutMs: number): number {
  if (!(timeoutMs > 0)) throw new TypeError('timeoutMs must be more than 0; Infinity waits for ever');
  return timeoutMs;
}

function requestHeaders(
  extra: RequestOptions['headers'],
  token: string | undefined,
  hasBody: boolean,
): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(extra ?? {})) {
    if (!OWN_HEADERS.has(name.trim().toLowerCase())) headers.set(name, value);
  }
  headers.set('Accept', 'application/json, application/problem+json');
  if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
  if (hasBody) headers.set('Content-Type', 'application/json');
  return headers;
}

/** By hand, because `URLSearchParams` in React Native is incomplete. */
function queryString(query: Input['query'] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/**
 * Sends, and reads the whole body, until the caller or the clock ends it. The race settles even where `fetch` ignores
 * its signal. `AbortSignal.any` and `.timeout` would be shorter; React Native lacks them.
 */
async function exchange(
  send: (signal: AbortSignal) => Promise<Response>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<{ response: Response; text: string }> {
  if (signal?.aborted) throw aborted(signal);
  const controller = new AbortController();
  let onAbort = (): void => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (error: GatehouseError): void => {
      reject(error);
      controller.abort();
    };
    onAbort = () => signal && stop(aborted(signal));
    signal?.addEventListener('abort', onAbort);
    if (timeoutMs <= LONGEST_TIMER_MS) timer = setTimeout(() => stop(timedOut(timeoutMs)), timeoutMs);
  });
  const answered = async (): Promise<{ response: Response; text: string }> => {
    try {
      const response = await send(controller.signal);
      return { response, text: await response.text() };
    } catch (cause) {
      throw failure('network', 'network-error', 'No connection', 'The server could not be reached.', cause);
    }
  };
  try {
    return await Promise.race([answered(), stopped]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function aborted(signal: AbortSignal): GatehouseError {
  return failure('aborted', 'aborted', 'Aborted', 'The request was aborted by the caller.', signal.reason);
}

function timedOut(timeoutMs: number): GatehouseError {
  return failure('timeout', 'timeout', 'No answer in time', `No whole answer came within ${timeoutMs} ms.`);
}

function readAnswer<Result>(
  response: Response,
  text: string,
  token: string | undefined,
): GatehouseResponse<Result> {
  const { status, headers } = response;
  if (response.type === 'opaqueredirect' || REDIRECTS.has(status)) {
    throw refusal(
      response,
      'redirected',
      'Redirects are not followed',
      'The server answered with a redirect, which is not followed, because it could carry the token elsewhere. Use the final address as baseUrl.',
    );
  }
  if (!response.ok) {
    // A debugging proxy may quote the request it could not pass on.
    throw responseError(response, readJsonObject(token ? text.replaceAll(token, '[token]') : text));
  }
  // RFC 9110 §15.3.5: no content.
  if (status === 204) return { result: undefined as Result, status, headers };
  const result = readJsonObject(text);
  if (result === undefined) {
    throw refusal(
      response,
      'unreadable-answer',
      'The answer is not JSON',
      `The server answered ${status} with something other than a JSON object. Is baseUrl right, or a sign-in page of the network in between?`,
    );
  }
  return { result: result as Result, status, headers };
}
