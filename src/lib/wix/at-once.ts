/** A call as the SDK makes it: an address, a token, and a text of JSON. */
export type PlainCall = Readonly<{
  method: string;
  url: string;
  authorization: string | null;
  body: string | null;
}>;

/** JSON in answer. */
export type PlainAnswer = Readonly<{ status: number; requestId: string; text: string }>;

type Input = Parameters<typeof fetch>[0];

/**
 * The call behind `fetch(input, init)`, when it is the plain kind that the SDK makes for data: then nothing of a
 * Request is needed to answer it in the same process.
 */
export function plainCallOf(input: Input, init: RequestInit = {}): PlainCall | null {
  const { method = 'GET', headers = {}, body = null, signal = null } = init;
  if (typeof input !== 'string' || signal !== null) return null;
  if (body !== null && typeof body !== 'string') return null;
  if (headers instanceof Headers || Array.isArray(headers)) return null;
  return { method, url: input, authorization: headers['Authorization'] ?? null, body };
}

/** What the SDK reads of an answer, without the streams that a Response is made of. */
export function plainResponse({ status, requestId, text }: PlainAnswer): Response {
  const headers = new Headers({ 'content-type': 'application/json', 'x-wix-request-id': requestId });
  const read: Partial<Response> = {
    status,
    ok: status >= 200 && status < 300,
    statusText: '',
    headers,
    text: () => Promise.resolve(text),
    json: () => Promise.resolve().then((): unknown => JSON.parse(text)),
    clone: () => plainResponse({ status, requestId, text }),
  };
  return read as Response;
}
