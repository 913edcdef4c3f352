import { describeApi, OPERATIONS } from '../lib/openapi/document.ts';

/** The OpenAPI document as /docs shows it. */
export type Chapter = Readonly<{
  name: string;
  /** For links within the page. */
  anchor: string;
  description: string;
  operations: readonly ShownOperation[];
}>;

export type ShownOperation = Readonly<{
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  /** Who may ask, in words. */
  who: string;
  parameters: readonly ShownParameter[];
  body: Readonly<{ example: string; fields: readonly ShownField[] }> | null;
  answers: readonly Readonly<{ status: string; description: string }>[];
  /** Pages for people and forms of OAuth are not asked by a script. */
  canBeTried: boolean;
}>;

export type ShownParameter = Readonly<{
  name: string;
  in: string;
  required: boolean;
  description: string;
  type: string;
  example: string;
}>;

export type ShownField = Readonly<{ name: string; type: string; required: boolean }>;

type Json = Readonly<Record<string, unknown>>;

/** The chapters of the reference, from the very document that /api/openapi.json answers with. */
export function apiReference(origin: string): Chapter[] {
  const document = describeApi(origin) as unknown as Json;
  return list(document['tags']).map((tag) => ({
    name: text(tag['name']),
    anchor: text(tag['name']).replaceAll(' ', '-').toLowerCase(),
    description: text(tag['description']),
    operations: OPERATIONS.filter((operation) => operation.tag === tag['name']).map(({ path, method }) =>
      shown(document, path, method),
    ),
  }));
}

function shown(document: Json, path: string, method: string): ShownOperation {
  const operation = object(object(object(document['paths'])[path])[method]);
  const contents = Object.entries(object(object(operation['requestBody'])['content']));
  const [mediaType, content] = contents[0] ?? [];
  const responses = Object.entries(object(operation['responses'])).map(
    ([status, response]) => [status, resolved(document, response)] as const,
  );
  const isPage = responses.some(([, { content: answer }]) => 'text/html' in object(answer));
  return {
    id: text(operation['operationId']),
    method: method.toUpperCase(),
    path,
    summary: text(operation['summary']),
    description: text(operation['description']),
    who: whoOf(operation['security']),
    parameters: list(operation['parameters']).map(shownParameter),
    body: content
      ? {
          example: JSON.stringify(object(content)['example'], null, 2),
          fields: fieldsOf(document, object(content)['schema']),
        }
      : null,
    answers: responses.map(([status, { description }]) => ({ status, description: text(description) })),
    canBeTried: !isPage && (mediaType === undefined || mediaType === 'application/json'),
  };
}

function shownParameter(parameter: Json): ShownParameter {
  const schema = parameter['schema'] ?? object(object(parameter['content'])['application/json'])['schema'];
  return {
    name: text(parameter['name']),
    in: text(parameter['in']),
    required: parameter['required'] === true,
    description: text(parameter['description']),
    type: typeOf(schema),
    example: text(parameter['example']),
  };
}

function whoOf(security: unknown): string {
  const ways = list(security);
  const scopes = ways.flatMap((way) =>
    Array.isArray(way['accessToken']) ? way['accessToken'].map(text) : [],
  );
  const names = new Set(ways.flatMap((way) => Object.keys(way)));
  const visitors = ways.some((way) => Object.keys(way).length === 0);
  if (names.size === 0) return 'Anybody; no credential is looked at.';
  const members = names.has('accessToken')
    ? `A member${scopes.length > 0 ? `, or an access token with \`${scopes.join('`, `')}\`` : ', by any credential'}.`
    : 'A member who has signed in; no access token.';
  return visitors ? `Anybody. ${members}` : members;
}

function fieldsOf(document: Json, schema: unknown): ShownField[] {
  const { properties, required } = resolved(document, schema);
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.entries(object(properties)).map(([name, field]) => ({
    name,
    type: typeOf(field),
    required: needed.includes(name),
  }));
}

/** A schema in a few words. */
function typeOf(schema: unknown): string {
  const { $ref } = object(schema);
  if (typeof $ref === 'string') return $ref.split('/').at(-1) ?? '';
  const { type, format, enum: values, anyOf, items } = object(schema);
  if (Array.isArray(values)) return `one of ${values.map(text).join(', ')}`;
  if (Array.isArray(anyOf)) return [...new Set(anyOf.map(typeOf))].join(' or ');
  if (type === 'array') return `list of ${typeOf(items)}`;
  if (typeof format === 'string') return format;
  return Array.isArray(type) ? type.map(text).join(' or ') : text(type) || 'anything';
}

function resolved(document: Json, value: unknown): Json {
  const { $ref } = object(value);
  if (typeof $ref !== 'string') return object(value);
  const parts = $ref.split('/').slice(1);
  return object(parts.reduce<unknown>((at, part) => object(at)[part], document));
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(object) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
