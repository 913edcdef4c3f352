import type { z } from 'zod';
import type { oas31, ZodOpenApiOperationObject } from 'zod-openapi';
import type { ProblemCode } from '../http/problem.ts';
import type { CollectionName } from '../policy/collections.ts';
import { problemAnswers, problemReferences } from './problem-answers.ts';
import { securityOf, type Access } from './security.ts';
import type { TAGS } from './tags.ts';

export type Parameter = oas31.ParameterObject;

/** What comes with a success: a zod schema and an example of it, or no body at all. */
export type Answer = Readonly<{
  description: string;
  schema?: z.ZodType | oas31.ReferenceObject;
  example?: unknown;
  headers?: readonly (keyof typeof HEADERS)[];
  mediaType?: 'application/json' | 'text/html';
}>;

/** One method of one route, as the document tells it. Paths are written as in `src/pages`, with `{name}` for `[name]`. */
export type Operation = Readonly<{
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  /** Unique; generators make names of functions from it. */
  id: string;
  tag: keyof typeof TAGS | CollectionName;
  summary: string;
  description?: string;
  access: Access;
  parameters?: readonly Parameter[];
  body?: Readonly<{
    schema: z.ZodType | oas31.ReferenceObject;
    example: unknown;
    mediaType?: 'application/json' | 'application/x-www-form-urlencoded';
  }>;
  answers: Readonly<Record<number, Answer>>;
  /** Whether Wix is asked, which may be away. */
  asksWix?: boolean;
  /** What can go wrong besides what goes wrong everywhere. */
  problems?: readonly ProblemCode[];
}>;

const HEADERS = {
  ETag: 'The version of the item, for If-Match and If-None-Match.',
  Location: 'Where the new thing is.',
  'Idempotent-Replayed': '`true` when this answer was given to an earlier try of the same write.',
  'Preference-Applied': '`return=minimal` when the item was left out as the caller preferred.',
} as const;

/** Turns what is said of a route into an operation of OpenAPI. */
export function toOperationObject(operation: Operation): ZodOpenApiOperationObject {
  const { id, tag, summary, description, access, parameters, body } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: securityOf(access),
    ...(parameters && { parameters: [...parameters] }),
    ...(body && {
      requestBody: {
        required: true,
        content: {
          [body.mediaType ?? 'application/json']: { schema: body.schema, example: body.example },
        },
      },
    }),
    responses: withProblems(operation),
  };
}

type Responses = ZodOpenApiOperationObject['responses'];

function withProblems(operation: Operation): Responses {
  const problems = problemAnswers(operation);
  const answers = Object.entries(operation.answers).map(([status, answer]) => {
    const response = toResponse(answer);
    const problem = problems[status];
    // What is no problem may share its status with one: 503 of a site that is not ready.
    return [
      status,
      problem ? { ...response, content: { ...response.content, ...problem.content } } : response,
    ];
  });
  return { ...problemReferences(operation), ...Object.fromEntries(answers) } as Responses;
}

function toResponse({ description, schema, example, headers = [], mediaType = 'application/json' }: Answer) {
  return {
    description,
    ...(headers.length > 0 && {
      headers: Object.fromEntries(
        headers.map((name) => [name, { description: HEADERS[name], schema: { type: 'string' as const } }]),
      ),
    }),
    ...(schema && { content: { [mediaType]: { schema, ...(example !== undefined && { example }) } } }),
  };
}
