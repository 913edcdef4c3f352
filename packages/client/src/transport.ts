import { GatehouseError } from './errors.ts';
import { EtagCache } from './etag-cache.ts';
import { limited, pause } from './limited.ts';
import { failure } from './problem.ts';
import { readAnswer } from './read-answer.ts';
import { newKey, waitBefore } from './repeat.ts';
import { Session } from './session.ts';
import type { GatehouseOptions, GatehouseResponse, RequestOptions, WriteOptions } from './types.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

interface Input {
  query?: Readonly<Record<string, string | undefined>>;
  body?: unknown;
  /** Leaves the token at home: a dead one must not stand in the way of a new sign-in. */
  anonymous?: boolean;
  /**
   * What makes another try harmless: it changes nothing (`read`), or the server does it once for each key (`write`).
   * Without either the request is sent once.
   */
  repeat?: 'read' | 'write';
  /** Whether the answer is worth keeping for its ETag. */
  versioned?: boolean;
}

interface Request {
  url: string;
  init: RequestInit & { headers: Headers };
  token: string | undefined;
  versioned: boolean;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 2;

/** Headers that callers cannot displace. Skipped before they are looked at, so that no platform error quotes them. */
const OWN_HEADERS = new Set(['accept', 'authorization', 'content-type', 'cookie']);

/**
 * http(s), a host, maybe a path; no credentials, query or fragment. A pattern, because `URL` in React Native is
 * incomplete.
 */
const BASE_URL = /^https?:\/\/[^\s/?#@\\]+(\/[^\s?#\\]*)?$/i;

/** Turns calls into requests and answers into results. */
export class Transport {
  readonly session: Session;
  readonly #baseUrl: string;
  readonly #fetch: GatehouseOptions['fetch'];
  readonly #timeoutMs: number;
  readonly #retries: number;
  readonly #versions = new EtagCache();

  constructor(options: GatehouseOptions) {
    const { baseUrl, token, fetch, timeoutMs = DEFAULT_TIMEOUT_MS, retries = DEFAULT_RETRIES } = options;
    if (typeof baseUrl !== 'string' || !BASE_URL.test(baseUrl)) {
      throw new TypeError(
        'baseUrl must be an http or https address without credentials, query or fragment, such as https://members.example.com',
      );
    }
    if (!(Number.isInteger(retries) && retries >= 0)) throw new TypeError('retries must be 0 or more');
    this.#baseUrl = baseUrl.replace(/\/+$/, '');
    this.#fetch = fetch;
    this.#timeoutMs = assertTimeout(timeoutMs);
    this.#retries = retries;
    this.session = new Session(token ?? undefined, options.storage, options.onSessionEnded);
  }

  /** The token of this client, from its storage at the first time. */
  async token({ timeoutMs = this.#timeoutMs, signal }: RequestOptions = {}): Promise<string | undefined> {
    return limited(() => this.session.load(), assertTimeout(timeoutMs), signal);
  }

  /**
   * One call, and where that is harmless a few tries at it, all within its time.
   * @throws {GatehouseError} for every failure from here to the server and back.
   */
  async send<Result>(
    method: Method,
    path: string,
    input: Input = {},
    options: WriteOptions = {},
  ): Promise<GatehouseResponse<Result>> {
    const timeoutMs = assertTimeout(options.timeoutMs ?? this.#timeoutMs);
    // Before anything waits, so that what the caller changes afterwards changes nothing here.
    const body = input.body === undefined ? undefined : JSON.stringify(input.body);
    return limited(
      async (signal) => {
        const token = input.anonymous ? undefined : await this.session.load();
        const init = {
          method,
          headers: requestHeaders(options.headers, token, body !== undefined),
          // The server refuses a bearer token and its cookie together.
          credentials: 'omit' as const,
          // A redirect could carry the token or a password to another server. Not `error`, which looks like no network.
          redirect: 'manual' as const,
          signal,
          ...(body !== undefined && { body }),
        };
        const { ifMatch, idempotencyKey } = options;
        if (ifMatch !== undefined) init.headers.set('If-Match', ifMatch);
        if (input.repeat === 'write' && !init.headers.has('Idempotency-Key'))
          init.headers.set('Idempotency-Key', idempotencyKey ?? newKey());
        // Keys belong to a member: nobody keeps a visitor's.
        const tries = input.repeat === 'read' || (input.repeat && token) ? this.#retries : 0;
        const url = this.#baseUrl + path + queryString(input.query);
        return this.#attempts({ url, init, token, versioned: input.versioned ?? false }, tries, signal);
      },
      timeoutMs,
      options.signal,
    );
  }

  async #attempts<Result>(
    request: Request,
    retries: number,
    signal: AbortSignal,
  ): Promise<GatehouseResponse<Result>> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#once(request);
      } catch (error) {
        if (!(error instanceof GatehouseError)) throw error;
        const wait = attempt < retries ? waitBefore(error, attempt) : undefined;
        if (wait === undefined || !(await pause(wait, signal))) throw error;
      }
    }
  }

  async #once<Result>({ url, init, token, versioned }: Request): Promise<GatehouseResponse<Result>> {
    const known = versioned ? this.#versions.get(url, token) : undefined;
    if (known) init.headers.set('If-None-Match', known.etag);
    const { response, text } = await this.#exchange(url, init);
    try {
      const unchanged = known && response.status === 304;
      const answer = readAnswer<Result>(response, unchanged ? known.text : text, token);
      const etag = response.headers.get('etag');
      if (versioned && etag) this.#versions.keep(url, token, { etag, text: unchanged ? known.text : text });
      return answer;
    } catch (error) {
      if (
        token &&
        error instanceof GatehouseError &&
        error.status === 401 &&
        error.code === 'unauthenticated'
      )
        this.session.ended(token, error);
      throw error;
    }
  }

  async #exchange(url: string, init: RequestInit): Promise<{ response: Response; text: string }> {
    // A plain call, late: browsers want no other `this`, and apps may install a polyfill after this module is loaded.
    const fetch = this.#fetch ?? globalThis.fetch;
    try {
      const response = await fetch(url, init);
      return { response, text: await response.text() };
    } catch (cause) {
      throw failure('network', 'network-error', 'No connection', 'The server could not be reached.', cause);
    }
  }
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
export function queryString(query: Input['query'] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
