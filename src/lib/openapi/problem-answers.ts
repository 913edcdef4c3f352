import type { oas31 } from 'zod-openapi';
import { PROBLEMS, type ProblemCode } from '../http/problem.ts';
import type { Operation } from './operation.ts';

/** Can happen to any request, before a route is asked. */
const EVERYWHERE: readonly ProblemCode[] = [
  'invalid-request',
  'misdirected-request',
  'uri-too-long',
  'too-many-requests',
  'unexpected',
  'database-unavailable',
];

const OF_BODIES: readonly ProblemCode[] = ['payload-too-large', 'unsupported-media-type'];
const OF_WIX: readonly ProblemCode[] = ['wix-refused', 'wix-unavailable', 'wix-timeout'];

/** Says when to come back. */
const WITH_RETRY_AFTER: ReadonlySet<ProblemCode> = new Set([
  'too-many-requests',
  'idempotency-key-in-use',
  'wix-unavailable',
  'wix-timeout',
  'database-unavailable',
]);

/** Every problem that an operation can end in, by its nature and by what is said of it. */
function problemCodesOf({ method, access, body, asksWix, problems = [] }: Operation): ProblemCode[] {
  const codes = new Set<ProblemCode>([
    ...EVERYWHERE,
    ...problems,
    ...(method === 'get' ? [] : (['cross-site'] as const)),
    ...(access === 'anybody' ? [] : (['unauthenticated'] as const)),
    ...(access === 'session' || typeof access === 'object' ? (['insufficient-scope'] as const) : []),
    ...(typeof access === 'object' && access.roles?.length ? (['forbidden'] as const) : []),
    ...(body ? OF_BODIES : []),
    ...(asksWix ? OF_WIX : []),
  ]);
  return (Object.keys(PROBLEMS) as ProblemCode[]).filter((code) => codes.has(code));
}

type ProblemResponse = oas31.ResponseObject & { content: oas31.ContentObject };

/** One response for each status. RFC 9457. */
export function problemAnswers(operation: Operation): Record<string, ProblemResponse> {
  return Object.fromEntries(
    byStatus(operation).map(([status, codes]) => [String(status), responseOf(status, codes)]),
  );
}

/** The same by name, since many operations fail alike. */
export function problemReferences(operation: Operation): Record<string, oas31.ReferenceObject> {
  return Object.fromEntries(
    byStatus(operation).map(([status, codes]) => [
      String(status),
      { $ref: `#/components/responses/${nameOf(codes)}` },
    ]),
  );
}

/** Every response that is referred to. */
export function problemResponses(operations: readonly Operation[]): Record<string, ProblemResponse> {
  const named = operations.flatMap((operation) =>
    byStatus(operation)
      .filter(([status]) => !operation.answers[status])
      .map(([status, codes]) => [nameOf(codes), responseOf(status, codes)] as const),
  );
  return Object.fromEntries(named);
}

function byStatus(operation: Operation): [number, ProblemCode[]][] {
  return [...Map.groupBy(problemCodesOf(operation), (code) => PROBLEMS[code].status)];
}

function nameOf(codes: readonly ProblemCode[]): string {
  return codes.join('.');
}

function responseOf(status: number, codes: readonly ProblemCode[]): ProblemResponse {
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
    ...headersOf(status, codes),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { properties: { status: { const: status }, code: { enum: [...codes] } } },
          ],
        },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

function headersOf(status: number, codes: readonly ProblemCode[]): Pick<oas31.ResponseObject, 'headers'> {
  const named = [
    ...(codes.some((code) => WITH_RETRY_AFTER.has(code)) ? ['Retry-After'] : []),
    ...(status === 401 ? ['WWW-Authenticate'] : []),
  ];
  if (named.length === 0) return {};
  return {
    headers: Object.fromEntries(named.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
  };
}

/** An example of each problem there can be, as it is answered when nothing more is to be said. */
export function problemExamples(operations: readonly Operation[]): Record<string, oas31.ExampleObject> {
  const codes = new Set(operations.flatMap(problemCodesOf));
  return Object.fromEntries([...codes].map((code) => [code, exampleOf(code)]));
}

function exampleOf(code: ProblemCode): oas31.ExampleObject {
  const { status, title } = PROBLEMS[code];
  const requestId = 'ac1c5c8b-6e93-49f4-b559-b166086ac3e2';
  return {
    summary: title,
    value: { type: `/problems/${code}`, title, status, detail: title, code, requestId },
  };
}

export const PROBLEM_HEADERS: Record<string, oas31.HeaderObject> = {
  'Retry-After': {
    description: 'Whole seconds to wait before the next try. RFC 9110 §10.2.3.',
    schema: { type: 'integer', minimum: 0 },
  },
  'WWW-Authenticate': {
    description: 'The scheme that would help, and the scope that is missing. RFC 6750 §3.',
    schema: { type: 'string' },
  },
};
