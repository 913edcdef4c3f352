import type { APIContext, APIRoute } from 'astro';
import { createHash } from 'node:crypto';
import { endpoint } from '../http/endpoint.ts';
import { readText } from '../http/json.ts';
import { Problem, toProblem } from '../http/problem.ts';
import { idempotency, type StoredAnswer } from './idempotency-store.ts';

/** One try of a write that may be sent again. */
export type Attempt = Readonly<{
  /** Somebody began before and never said how it ended: what is to be done may have been done. */
  resumed: boolean;
  /**
   * The id of the `index`th row that this write makes: the same one in every try, so that Wix itself refuses to make it
   * twice. `undefined` without a key.
   */
  newId: (index: number) => string | undefined;
  /** Says that the answer is not the end of it: sent again, the write goes on with what is left. */
  leaveOpen: () => void;
}>;

type Write = (context: APIContext, attempt: Attempt) => Promise<Response>;

/**
 * Wraps a route that writes. With an `Idempotency-Key` it is done once, however often it is sent, and answered the same.
 * draft-ietf-httpapi-idempotency-key-header
 */
export function writeEndpoint(write: Write): APIRoute {
  return endpoint({}, async (context) => {
    const header = context.request.headers.get('idempotency-key');
    const { actor } = context.locals;
    if (header === null || actor.kind !== 'member')
      return write(context, { resumed: false, newId: () => undefined, leaveOpen: () => {} });
    const key = readKey(header);
    // Rights belong to it: what one credential was told, another one of the same member may not be allowed to hear.
    const id = digest([actor.id, actor.scopes, key]);
    const begun = await idempotency().begin(id, await fingerprintOf(context));
    switch (begun.state) {
      case 'answered':
        return replay(begun.answer);
      case 'in-use':
        throw new Problem('idempotency-key-in-use', { headers: { 'retry-after': '1' } });
      case 'reused':
        throw new Problem('idempotency-key-reused');
      case 'begun':
        return attempt(id, begun, (more) =>
          write(context, { resumed: begun.resumed, newId: idsFrom(id), ...more }),
        );
    }
  });
}

async function attempt(
  id: string,
  { lease }: Readonly<{ lease: number }>,
  work: (more: Pick<Attempt, 'leaveOpen'>) => Promise<Response>,
): Promise<Response> {
  let open = false;
  const leaveOpen = () => {
    open = true;
  };
  try {
    const response = await work({ leaveOpen });
    const answer: StoredAnswer = {
      status: response.status,
      headers: [...response.headers],
      body: response.body === null ? null : await response.text(),
    };
    await (open ? idempotency().leave(id, lease) : idempotency().answer(id, lease, answer));
    return toResponse(answer);
  } catch (error) {
    // A refusal means that nothing was done. After anything else, an outage above all, nobody knows.
    const refused = toProblem(error).status < 500;
    await (refused ? idempotency().forget(id, lease) : idempotency().leave(id, lease));
    throw error;
  }
}

/** The draft writes the key as a structured string, RFC 8941 §3.3.3; most clients leave the quotes out. */
function readKey(header: string): string {
  const key = /^"([^"\\]*)"$/.exec(header)?.[1] ?? header;
  if (!/^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/.test(key))
    throw new Problem('invalid-request', {
      detail: 'Idempotency-Key must be 1 to 255 visible ASCII characters, a UUID for example.',
    });
  return key;
}

async function fingerprintOf({ request, url }: APIContext): Promise<string> {
  const body = await readText(request.clone());
  const headers = ['content-type', 'if-match', 'prefer'].map((name) => request.headers.get(name));
  return digest([request.method, url.pathname, url.search, headers, body]);
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** A UUID of the kind whose bits are the maker's own affair: RFC 9562 §5.8. */
function idsFrom(id: string): (index: number) => string {
  return (index) => {
    const bits = createHash('sha256').update(`${id} ${index}`).digest().subarray(0, 16);
    bits[6] = ((bits[6] ?? 0) & 0x0f) | 0x80;
    bits[8] = ((bits[8] ?? 0) & 0x3f) | 0x80;
    return bits.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  };
}

function replay(answer: StoredAnswer): Response {
  const response = toResponse(answer);
  response.headers.set('idempotent-replayed', 'true');
  return response;
}

function toResponse({ status, headers, body }: StoredAnswer): Response {
  return new Response(body, { status, headers });
}
