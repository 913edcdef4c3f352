import { createDocument, type oas31, type ZodOpenApiPathsObject } from 'zod-openapi';
import manifest from '../../../package.json' with { type: 'json' };
import { Problem } from './answers.ts';
import { authOperations } from './auth-operations.ts';
import { conditionsOf, filterName, filterSchema } from './filter-schemas.ts';
import { COLLECTIONS, type DescribedCollection } from './item-schemas.ts';
import { itemOperations } from './items.ts';
import { oauthOperations } from './oauth-operations.ts';
import { toOperationObject, type Operation } from './operation.ts';
import { PROBLEM_HEADERS, problemExamples, problemResponses } from './problem-answers.ts';
import { SECURITY_SCHEMES } from './security.ts';
import { siteOperations } from './site-operations.ts';
import { TAGS } from './tags.ts';

/** Every method of every route under /api. A route that is missing here fails a test. */
export const OPERATIONS: readonly Operation[] = [
  ...authOperations,
  ...oauthOperations,
  ...siteOperations,
  ...COLLECTIONS.flatMap(itemOperations),
];

const DESCRIPTION = `JSON in and out; times are ISO 8601 in UTC. Send exactly one credential. What is not known, a key, a field or an operator, is refused and never ignored.

Every failure is \`application/problem+json\` (RFC 9457); decide on its \`code\`. Missing, another member’s and not declared are one and the same 404. A method that is not listed gets 405 with \`Allow\`; HEAD and OPTIONS are understood everywhere. Answers carry \`X-Request-Id\`, and the \`RateLimit\` and \`RateLimit-Policy\` fields say how much of the budget is left.`;

export type Document = ReturnType<typeof createDocument>;

/**
 * The OpenAPI 3.1 description of the API, from the schemas that parse requests and the policies that decide on them.
 * @param origin where the site is reached.
 */
export function describeApi(origin: string): Document {
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Gatehouse',
        version: manifest.version,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: origin }],
      tags: tags(),
      paths: pathsOf(OPERATIONS),
      components: {
        securitySchemes: SECURITY_SCHEMES,
        headers: PROBLEM_HEADERS,
        responses: problemResponses(OPERATIONS),
        examples: problemExamples(OPERATIONS),
        schemas: {
          Problem,
          ...conditionsOf(COLLECTIONS),
          ...Object.fromEntries(COLLECTIONS.flatMap(schemasOf)),
        },
      },
    },
    { override: ({ jsonSchema }) => tidy(jsonSchema) },
  );
}

function schemasOf(
  collection: DescribedCollection,
): [string, oas31.SchemaObject | DescribedCollection['item']][] {
  const { name, item } = collection;
  return [
    [name, item],
    [filterName(name), filterSchema(collection)],
  ];
}

function pathsOf(operations: readonly Operation[]): ZodOpenApiPathsObject {
  const byPath = Map.groupBy(operations, ({ path }) => path);
  return Object.fromEntries(
    [...byPath].map(([path, methods]) => [
      path,
      Object.fromEntries(methods.map((operation) => [operation.method, toOperationObject(operation)])),
    ]),
  );
}

function tags(): oas31.TagObject[] {
  return [
    ...Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    ...COLLECTIONS.map((collection) => ({ name: collection.name, description: rulesOf(collection) })),
  ];
}

/** Who may do what, in the words of the rules. */
function rulesOf({ policy: { rules } }: DescribedCollection): string {
  const sentences = Object.entries(rules).map(([action, { sentence }]) => `${action}: ${sentence}`);
  return `A collection. ${sentences.join('; ')}. What is not named here nobody may do.`;
}

/** The format says it; the pattern that zod has for it fills a screen. */
function tidy(schema: { format?: unknown; pattern?: unknown }): void {
  if (schema.format === 'date-time' || schema.format === 'uuid') delete schema.pattern;
}
