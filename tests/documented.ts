import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describeApi } from '../src/lib/openapi/document.ts';

/** An OpenAPI document as far as tests look into it. */
type Operation = Readonly<{
  operationId: string;
  parameters?: readonly Readonly<{ name: string; in: string }>[];
  requestBody?: Readonly<{ content: Record<string, { schema: object; example?: unknown }> }>;
  responses: Record<string, Response | { $ref: string }>;
}>;

type Response = Readonly<{ content?: Record<string, { schema?: object; example?: unknown }> }>;

export type Exchanged = Readonly<{
  method: string;
  path: string;
  /** What was sent, when it was JSON. */
  sent: unknown;
  status: number;
  mediaType: string | undefined;
  /** What came, parsed when it was JSON. */
  body: unknown;
}>;

export const apiDocument = describeApi('http://localhost:4321');

const paths = Object.entries(apiDocument.paths ?? {}).map(([path, methods]) => ({
  path,
  pattern: new RegExp(`^${path.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
  methods: methods as Record<string, Operation>,
}));

const ajv = new Ajv2020({ allErrors: true, strict: false, logger: false });
formats.default(ajv);
ajv.addSchema(apiDocument, 'document');

const compiled = new Map<object, ValidateFunction>();

/** What about a value is not as a schema of the document has it; empty when all is well. */
export function faultsOf(schema: object, value: unknown): string[] {
  let validate = compiled.get(schema);
  if (!validate) {
    validate = ajv.compile(withAbsoluteRefs(schema));
    compiled.set(schema, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
}

function withAbsoluteRefs(schema: object): object {
  const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/');
  return JSON.parse(text) as object;
}

/** Which operation of the document a request is for. */
function operationOf(method: string, pathname: string): Operation | undefined {
  const asked = method === 'HEAD' ? 'get' : method.toLowerCase();
  const matching = paths.filter(({ pattern }) => pattern.test(pathname));
  return matching.map(({ methods }) => methods[asked]).find((operation) => operation !== undefined);
}

/** What of one request and its answer the document does not allow; empty when all is well. */
export function undocumented({ method, path, sent, status, mediaType, body }: Exchanged): string[] {
  const { pathname: spelled, searchParams } = new URL(path, 'http://localhost');
  const pathname = spelled.replaceAll(/\/{2,}/g, '/');
  if (!pathname.startsWith('/api/') || method === 'OPTIONS') return [];
  const operation = operationOf(method, pathname);
  // What is not described is refused, in the one shape that refusals have.
  if (!operation && status < 400) return [`answers ${status}`];
  if (!operation) return method === 'HEAD' || PAGES.test(pathname) ? [] : faultsOf(PROBLEM, body);
  const response = resolved(operation.responses[status]);
  if (!response) return [`${operation.operationId} has no answer ${status}`];
  return [
    ...(status < 300 && !PAGES.test(pathname) ? requestFaults(operation, searchParams, sent) : []),
    ...answerFaults(response, method, mediaType, body),
  ];
}

/** For people, and for OAuth: refused in words, and what is not known is ignored (RFC 6749 §3.1). */
const PAGES = /^\/api\/auth\/(authorize|callback)\/?$/;

const PROBLEM = { $ref: '#/components/schemas/Problem' };

/** Responses that many operations share stand under a name. */
export function resolved(response: Response | { $ref: string } | undefined): Response | undefined {
  if (!response || !('$ref' in response)) return response;
  return apiDocument.components?.responses?.[response.$ref.split('/').at(-1) ?? ''] as Response | undefined;
}

/** What is accepted is described. */
function requestFaults(operation: Operation, query: URLSearchParams, sent: unknown): string[] {
  const known = (operation.parameters ?? []).flatMap(({ name, in: place }) =>
    place === 'query' ? [name] : [],
  );
  const schema = operation.requestBody?.content['application/json']?.schema;
  return [
    ...[...query.keys()].filter((name) => !known.includes(name)).map((name) => `accepts the key ${name}`),
    ...(schema && sent !== undefined ? faultsOf(schema, sent).map((fault) => `accepts ${fault}`) : []),
  ];
}

function answerFaults(
  { content }: Response,
  method: string,
  mediaType: string | undefined,
  body: unknown,
): string[] {
  if (method === 'HEAD' || (mediaType === undefined && body === '')) return [];
  const described = content?.[mediaType ?? ''];
  if (!described) return [`answers with ${mediaType}`];
  return described.schema ? faultsOf(described.schema, body) : [];
}
