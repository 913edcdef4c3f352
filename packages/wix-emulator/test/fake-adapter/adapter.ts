import { answerLegacy, checkSecret, legacyCallerOf } from './legacy.ts';
import type { LegacyRequest } from './legacy.ts';
import { Refusal } from './rows.ts';
import { Tables } from './tables.ts';
import type { Table } from './tables.ts';
import { answerV3, errorOf, opened } from './v3.ts';
import type { V3Request } from './v3.ts';

/** What an adapter does that no adapter should; each is a case of a test. */
export type Mistakes = ReadonlySet<string>;

/** A request as it arrived, and what was in it. */
export type Recorded = {
  method: string;
  path: string;
  contentType: string | null;
  text: string;
  body: unknown;
};

export type FakeAdapterOptions = {
  tables?: Record<string, Table>;
  secretKey?: string;
  /** Read when a request comes: the emulator may make its key later than this is made. */
  publicKey?: () => string;
  appId?: string;
  v3Operations?: string[];
  legacyOperations?: string[];
  protocolVersion?: 1 | 2;
  mistakes?: string[];
};

export const BASE = 'http://localhost:4321/api/external-database';

const V3_OPERATIONS = ['QUERY', 'COUNT', 'AGGREGATE', 'DISTINCT', 'INSERT', 'UPDATE', 'REMOVE', 'TRUNCATE'];
const LEGACY_OPERATIONS = ['get', 'find', 'count', 'insert', 'update', 'remove', 'aggregate', 'truncate'];

/** An adapter over a few rows in memory, written from the documentation; it records what it is asked. */
export class FakeAdapter {
  readonly tables: Tables;
  readonly requests: Recorded[] = [];
  readonly #options: FakeAdapterOptions;
  /** Takes the place of every answer while it is set. */
  answer: ((request: Request) => Promise<Response> | Response) | undefined;
  v3Operations: string[];
  legacyOperations: string[];

  constructor(options: FakeAdapterOptions = {}) {
    this.#options = options;
    this.tables = new Tables(options.tables ?? { trips: trips() }, new Set(options.mistakes));
    this.v3Operations = options.v3Operations ?? V3_OPERATIONS;
    this.legacyOperations = options.legacyOperations ?? LEGACY_OPERATIONS;
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname.slice(new URL(BASE).pathname.length + 1);
    const text = await request.clone().text();
    const record = { method: request.method, path, text, contentType: request.headers.get('content-type') };
    try {
      const { body, answered } = await this.#open(path, text);
      this.requests.push({ ...record, body });
      if (this.answer) return await this.answer(request);
      return Response.json(answered());
    } catch (error) {
      return this.#failure(path, error);
    }
  };

  async #open(path: string, text: string): Promise<{ body: unknown; answered: () => object }> {
    const { secretKey = 'open sesame', publicKey, appId = '', protocolVersion = 2 } = this.#options;
    const mistakes = new Set(this.#options.mistakes);
    const v3Path = path.startsWith('v3/') ? path.slice('v3/'.length) : undefined;
    if (v3Path !== undefined) {
      const body = await opened(text, { publicKey: publicKey?.() ?? '', appId }, mistakes);
      return {
        body,
        answered: () =>
          altered(
            answerV3(this.tables, this.v3Operations, v3Path, promoted(body, mistakes), mistakes),
            v3Path,
            mistakes,
          ),
      };
    }
    const body = JSON.parse(text) as LegacyRequest;
    checkSecret(body, secretKey, mistakes);
    if (mistakes.has('members for all')) body.requestContext.role = 'MEMBER';
    legacyCallerOf(body, mistakes);
    return {
      body,
      answered: () =>
        altered(
          answerLegacy(this.tables, this.legacyOperations, protocolVersion, path, body, mistakes),
          path,
          mistakes,
        ),
    };
  }

  #failure(path: string, error: unknown): Response {
    const mistakes = new Set(this.#options.mistakes);
    const refusal =
      error instanceof Refusal ? error : new Refusal(500, (error as Error).message, 'UNKNOWN_ERROR');
    if (mistakes.has('sql in errors'))
      refusal.message = `SQLITE_ERROR: SELECT * FROM trips: ${refusal.message}`;
    const { status, message } = refusal;
    if (mistakes.has('html errors')) return new Response('<h1>Error</h1>', { status });
    return Response.json(path.startsWith('v3/') ? errorOf(refusal) : { message }, { status });
  }
}

/** An adapter that does not look at who asks. */
const promoted = (body: V3Request, mistakes: Mistakes): V3Request =>
  mistakes.has('members for all')
    ? { ...body, metadata: { ...body.metadata, identity: { identityType: 'APP', appId: 'x' } } }
    : body;

/** A right answer, made wrong. */
function altered(answer: object, path: string, mistakes: Mistakes): object {
  const text = JSON.stringify(answer);
  if (mistakes.has('dates as text'))
    return JSON.parse(text.replaceAll(/\{"\$date":("[^"]+")\}/g, '$1')) as object;
  if (mistakes.has('milliseconds lost')) return JSON.parse(text.replaceAll(/\.\d{3}Z/g, '.000Z')) as object;
  if (mistakes.has('falsy lost'))
    return JSON.parse(text.replaceAll(/:(0|false|"")(?=[,}])/g, ':null')) as object;
  if (mistakes.has('counts as text') && /count|aggregate/.test(path)) {
    return JSON.parse(text.replaceAll(/:(\d+)(?=[,}])/g, ':"$1"')) as object;
  }
  if (mistakes.has('no paging mode'))
    return JSON.parse(text.replaceAll(',"pagingMode":"OFFSET"', '')) as object;
  return answer;
}

/** Three trips: two of a member's, one of somebody else's. */
export const trips = (): Table => ({
  fields: {
    _id: 'TEXT',
    _owner: 'TEXT',
    _createdDate: 'DATETIME',
    _updatedDate: 'DATETIME',
    city: 'TEXT',
    seats: 'NUMBER',
    isOpen: 'BOOLEAN',
    leaves: 'DATETIME',
  },
  rows: [
    {
      _id: 'a',
      _owner: 'o',
      city: 'Boise',
      seats: 3,
      isOpen: true,
      leaves: { $date: '2026-01-02T03:04:05.678Z' },
    },
    {
      _id: 'b',
      _owner: 'o',
      city: 'Cork',
      seats: 0,
      isOpen: false,
      leaves: { $date: '2026-02-02T03:04:05.678Z' },
    },
    { _id: 'c', _owner: 'p', city: 'Cork', seats: 7, isOpen: true, leaves: null },
  ],
});
