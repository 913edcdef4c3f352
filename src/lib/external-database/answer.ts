import { json } from '../http/json.ts';
import { logFailure } from '../log.ts';
import type { Adapter } from './adapter.ts';
import { parseDocument, readBody } from './body.ts';
import { Fault } from './fault.ts';
import { authenticateLegacy } from './legacy/authenticate.ts';
import { itemMethods as legacyItems } from './legacy/items.ts';
import { schemaMethods } from './legacy/schemas.ts';
import type { Method } from './method.ts';
import type { Verifier } from './v3/authenticate.ts';
import { collectionMethods } from './v3/collections.ts';
import { indexMethods } from './v3/indexes.ts';
import { itemMethods } from './v3/items.ts';
import { asFault } from './trouble.ts';

/** What stands behind the routes. */
export type Door = Readonly<{
  adapter: Adapter;
  verifier: Verifier;
  secretKey: string | undefined;
  /** Instance ids that may come in; all when empty. */
  sites: readonly string[];
}>;

/** The answer by which Wix learns how to speak to this adapter. */
const provision =
  (protocolVersion: 2 | 3): Method =>
  ({ database }) =>
    Promise.resolve({
      type: database.dialect.kind,
      vendor: 'gatehouse',
      protocolVersion,
      ...(protocolVersion === 3 && { adapterVersion: 'v3' }),
    });

const LEGACY_METHODS: Readonly<Record<string, Method>> = {
  provision: provision(2),
  ...schemaMethods,
  ...legacyItems,
};

const V3_METHODS: Readonly<Record<string, Method>> = {
  provision: provision(3),
  ...collectionMethods,
  ...indexMethods,
  ...itemMethods,
};

/**
 * Answers one call of Wix, in the shape of its generation, whatever happens.
 * @param path below the adapter's address: `data/find`, `v3/items/query`.
 */
export async function answerCall(door: Door, request: Request, path: string): Promise<Response> {
  const isSigned = path === 'v3' || path.startsWith('v3/');
  try {
    const text = await readBody(request);
    return json(await (isSigned ? answerSigned(door, text, path.slice(3)) : answerLegacy(door, text, path)));
  } catch (error) {
    const fault = asFault(error);
    if (fault.status >= 500) logFailure(fault.cause ?? fault, `external database: ${path}`);
    return refuse(fault, isSigned);
  }
}

async function answerSigned({ adapter, verifier }: Door, token: string, path: string): Promise<unknown> {
  const { caller, request } = await verifier.verify(token.trim());
  return methodAt(V3_METHODS, path)(adapter, caller, request);
}

function answerLegacy({ adapter, secretKey, sites }: Door, text: string, path: string): Promise<unknown> {
  const document = parseDocument(text);
  const caller = authenticateLegacy(document, secretKey, sites);
  return methodAt(LEGACY_METHODS, path)(adapter, caller, document);
}

function methodAt(methods: Readonly<Record<string, Method>>, path: string): Method {
  const found = Object.hasOwn(methods, path) ? methods[path] : undefined;
  if (!found) throw new Fault('METHOD_NOT_FOUND', 'There is no such method.');
  return found;
}

/** How long Wix should leave a database alone that did not answer, in seconds. */
const RETRY_AFTER_S = 2;

/** A failed call: `{message}` to the legacy generation; the current one is read in two shapes, so both are there. */
function refuse({ code, message, status, data }: Fault, isSigned: boolean): Response {
  const details = { code, data: data ?? {} };
  const body = isSigned
    ? { errorCode: code, errorMessage: message, data: details.data, applicationError: details }
    : { message };
  return json(body, { status, headers: status >= 503 ? { 'retry-after': String(RETRY_AFTER_S) } : {} });
}
