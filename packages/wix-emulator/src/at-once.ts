import type { z } from 'zod';
import type { Caller } from './http/caller.ts';
import { toWixError } from './http/errors.ts';
import { requestId } from './http/request-id.ts';
import { BODY_LIMIT, parseBody, parseQuery } from './http/request.ts';
import { WIX_HOSTS } from './http/hosts.ts';
import { answerCount, answerInsert, answerItemsQuery, answerPatch, answerRemove } from './items/answers.ts';
import type { Asking } from './items/answers.ts';
import { CountRequest, QueryRequest } from './items/schema.ts';
import { InsertRequest, PatchRequest, RemoveRequest } from './items/write-schema.ts';
import type { Site } from './site.ts';

/** A call as the SDK makes it: an address, a token, and a text of JSON. */
export type PlainCall = Readonly<{
  method: string;
  url: string;
  authorization: string | null;
  body: string | null;
}>;

/** JSON in answer; the only header Wix adds to it names the request. */
export type PlainAnswer = Readonly<{ status: number; requestId: string; text: string }>;

type Call = Readonly<{
  operation: string;
  /** Parses what is asked, and gives the collection it is about and the answer. */
  read: (call: PlainCall, query: URLSearchParams) => Prepared;
}>;

type Prepared = Readonly<{ collection: string; answer: (asking: Asking) => string }>;

const ITEMS = '/wix-data/v2/items';

const CALLS: ReadonlyMap<string, Call> = new Map([
  [`GET ${ITEMS}/query`, call('items.query', QueryRequest, answerItemsQuery)],
  [`POST ${ITEMS}/query`, call('items.query', QueryRequest, answerItemsQuery)],
  [`POST ${ITEMS}/count`, call('items.count', CountRequest, answerCount)],
  [`POST ${ITEMS}`, call('items.insert', InsertRequest, answerInsert)],
  [`POST ${ITEMS}/patch`, call('items.patch', PatchRequest, answerPatch)],
  [`POST ${ITEMS}/remove`, call('items.remove', RemoveRequest, answerRemove)],
]);

/**
 * Answers the calls a data request is made of without the web's objects around them; what it answers and what the call
 * log says of it is the same as by HTTP.
 * @returns `null` for calls that must be asked by HTTP: all others, very large ones, those of tokens not seen before or
 *   about collections that are not here, and every one while faults are set.
 */
export function answerAtOnce(site: Site, plain: PlainCall): PlainAnswer | null {
  const started = performance.now();
  const url = new URL(plain.url);
  const known = CALLS.get(`${plain.method} ${url.pathname}`);
  if (!known || plain.authorization === null || site.faults.areSet) return null;
  if (!WIX_HOSTS.has(url.hostname) || (plain.body?.length ?? 0) > BODY_LIMIT / 4) return null;
  const subject = site.accessTokens.remembered(plain.authorization);
  if (!subject) return null;
  const asked = { collection: undefined as string | undefined };
  let isHere = true;
  const { status, text } = answered(() => {
    const { collection, answer } = known.read(plain, url.searchParams);
    asked.collection = collection;
    isHere = site.collections.find(collection) !== undefined;
    return isHere ? answer({ site, caller: subject }) : '';
  });
  if (!isHere) return null;
  note(site, { plain, url, status, started, caller: subject, operation: known.operation, ...asked });
  return { status, text, requestId: requestId(site.now()) };
}

function call<Schema extends z.ZodType<Readonly<{ dataCollectionId: string }>>>(
  operation: string,
  schema: Schema,
  answer: (asking: Asking, request: z.output<Schema>) => string,
): Call {
  return {
    operation,
    read({ method, body }, query) {
      const request = method === 'GET' ? parseQuery(query, schema) : parseBody(body ?? '', schema);
      return { collection: request.dataCollectionId, answer: (asking) => answer(asking, request) };
    },
  };
}

function answered(work: () => string): Readonly<{ status: number; text: string }> {
  try {
    return { status: 200, text: work() };
  } catch (error) {
    const { status, body } = toWixError(error);
    return { status, text: JSON.stringify(body) };
  }
}

type Noted = Readonly<{
  plain: PlainCall;
  url: URL;
  status: number;
  started: number;
  caller: Caller;
  operation: string;
  collection: string | undefined;
}>;

function note(site: Site, { plain, url, status, started, caller, operation, collection }: Noted): void {
  const { type, id } = caller;
  site.calls.add({
    method: plain.method,
    host: url.hostname,
    path: url.pathname,
    operation,
    subject: { type, ...(id !== undefined && { id }) },
    ...(collection !== undefined && { collection }),
    status,
    milliseconds: performance.now() - started,
  });
}
