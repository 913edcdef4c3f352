import { AsyncLocalStorage } from 'node:async_hooks';
import { plainCallOf, plainResponse, type PlainAnswer, type PlainCall } from './at-once.ts';
import { retryAfterOf } from './retry-after.ts';
import { WixPaused, type Upstream } from './upstream.ts';

/** What an outage looked like, kept because the SDK reports one as an unknown e-mail or a TypeError. */
export type WixOutage = Readonly<{
  kind: 'refused' | 'throttled' | 'failing' | 'timeout' | 'paused';
  status: number | null;
  /** Seconds, from Wix's Retry-After where it gave one. */
  retryAfter: number | null;
  cause?: unknown;
}>;

/** What Wix last answered inside one `observed()` call. */
export type Observation = {
  outage: WixOutage | null;
  lastStatus: number | null;
  /** What a refusal (4xx) said, since the SDK keeps only part of it. It may hold secrets: not for logs. */
  lastRefusal: string | null;
  /** What time Wix said it was, in milliseconds since 1970; to the second. */
  lastTime: number | null;
};

/** Answers a request in place of the network: the emulator in offline mode. */
export type WixBackend = (request: Request) => Promise<Response>;

/** The same for plain calls that need no waiting; `null` for those to be asked as requests. */
export type WixAtOnce = (call: PlainCall) => PlainAnswer | null;

type Fetch = typeof globalThis.fetch;

const observations = new AsyncLocalStorage<Observation>();
const probes = new AsyncLocalStorage<Probe>();

/** Runs `work` and notes what Wix's answers were, whatever the SDK makes of them. */
export function observed<Value>(observation: Observation, work: () => Promise<Value>): Promise<Value> {
  return observations.run(observation, work);
}

/** Answers a request; `plain` is the same when it is one that could be answered at once. */
type Probe = (request: Request, plain: PlainCall | null) => Response;

/** Runs `work` with every outgoing request answered by `answer`; nothing leaves. For the start-up self-check. */
export function probed<Value>(answer: Probe, work: () => Promise<Value>): Promise<Value> {
  return probes.run(answer, work);
}

/** The packages speak to these; the site's own domain and *.wix.com serve the authorize step. */
export function isWixHost(hostname: string): boolean {
  return ['wixapis.com', 'wix.com', 'wixsite.com'].some(
    (domain) => hostname === domain || hostname.endsWith(`.${domain}`),
  );
}

/**
 * Puts this process's one road to Wix in place: `createClient({ fetch })` catches only part of the SDK's calls, a
 * replaced `globalThis.fetch` catches them all, since the SDK looks it up when it calls.
 *
 * Offline, every Wix request is answered by `backend` and any other host is refused: nothing leaves the machine.
 * Requests have a time limit; what is answered `atOnce` needs none.
 * @param timeoutMs limit for one request, in milliseconds.
 * @param upstream lets a call go out, or not while Wix is to be left alone.
 * @returns a function that restores what was there.
 */
export function installTransport(options: {
  backend?: WixBackend;
  atOnce?: WixAtOnce;
  timeoutMs: number;
  upstream?: Pick<Upstream, 'ask'>;
}): () => void {
  const { backend, atOnce, timeoutMs, upstream } = options;
  const network: Fetch = globalThis.fetch;

  const road: Fetch = async (input, init) => {
    const probe = probes.getStore();
    if (probe) return probe(new Request(input, init), plainCallOf(input, init));
    const address = new URL(input instanceof Request ? input.url : input);
    if (backend && !isWixHost(address.hostname)) {
      throw new TypeError(`offline mode refuses to call ${address.host}`);
    }
    const call = atOnce ? plainCallOf(input, init) : null;
    const send = async () => {
      const answer = call && atOnce?.(call);
      return answer ? plainResponse(answer) : withinTime(timeoutMs, input, init, backend ?? network);
    };
    return observe(observations.getStore(), () => (upstream ? upstream.ask(address, send) : send()));
  };

  globalThis.fetch = road;
  return () => {
    if (globalThis.fetch === road) globalThis.fetch = network;
  };
}

/** The limit holds for the answer's body too, so that a stalled one cannot keep a request open. */
async function withinTime(
  timeoutMs: number,
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
  send: (request: Request) => Promise<Response>,
): Promise<Response> {
  const limit = new AbortController();
  const callers = init?.signal ?? (input instanceof Request ? input.signal : null);
  const signal = callers ? AbortSignal.any([limit.signal, callers]) : limit.signal;
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const reason = new DOMException('Wix took too long', 'TimeoutError');
      limit.abort(reason);
      reject(reason);
    }, timeoutMs);
  });
  const answered = whole(send(new Request(input, { ...init, signal })));
  answered.catch(() => undefined);
  try {
    return await Promise.race([answered, expired]);
  } finally {
    clearTimeout(timer);
  }
}

async function whole(answering: Promise<Response>): Promise<Response> {
  const response = await answering;
  const body = await response.arrayBuffer();
  const headers = new Headers(response.headers);
  // The SDK would repeat this value on every later call of the process, for other members too.
  headers.delete('x-wix-consistent');
  const empty = response.status === 204 || response.status === 304 || body.byteLength === 0;
  return new Response(empty ? null : body, {
    status: response.status,
    statusText: response.statusText,
    headers,
  });
}

async function observe(
  observation: Observation | undefined,
  send: () => Promise<Response>,
): Promise<Response> {
  try {
    const response = await send();
    if (observation) {
      observation.lastStatus = response.status;
      const time = Date.parse(response.headers.get('date') ?? '');
      observation.lastTime = Number.isNaN(time) ? null : time;
      const refused = response.status >= 400 && response.status < 500;
      observation.lastRefusal = refused ? await response.clone().text() : null;
      observation.outage = toOutage(response) ?? observation.outage;
    }
    return response;
  } catch (cause) {
    if (observation) observation.outage = { ...troubleOf(cause), status: null, cause };
    throw cause;
  }
}

function troubleOf(cause: unknown): Pick<WixOutage, 'kind' | 'retryAfter'> {
  if (cause instanceof WixPaused) return { kind: 'paused', retryAfter: cause.retryAfter };
  const timeout = cause instanceof DOMException && cause.name === 'TimeoutError';
  return { kind: timeout ? 'timeout' : 'refused', retryAfter: null };
}

function toOutage({ status, headers }: Response): WixOutage | null {
  if (status !== 429 && status < 500) return null;
  if (status === 501) return null;
  return { kind: status === 429 ? 'throttled' : 'failing', status, retryAfter: retryAfterOf(headers) };
}
