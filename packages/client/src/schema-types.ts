/*
 * Writes the types of a site's collections from its OpenAPI document. For `gatehouse-types`, and no part of an app.
 */

interface Json {
  readonly [key: string]: unknown;
}

/**
 * @param document what `/api/openapi.json` answered.
 * @param source where it came from, for the comment at the top.
 * @returns a TypeScript module that exports `Schema`.
 * @throws {TypeError} when it is not the document of a Gatehouse site.
 */
export function schemaTypes(document: unknown, source: string): string {
  const paths = member(document, 'paths');
  const names = Object.keys(paths).flatMap(
    (path) => /^\/api\/collections\/([^/{}]+)\/items$/.exec(path)?.[1] ?? [],
  );
  if (names.length === 0) throw new TypeError('this is not the OpenAPI document of a Gatehouse site');
  const collections = names.map(
    (name) => `  ${key(name)}: Declared<${collectionType(document as Json, paths, name)}>;\n`,
  );
  return [
    `// Written by gatehouse-types from ${source.replaceAll(/[\r\n\u2028\u2029]/g, ' ')}; changes to it will be lost.\n`,
    `import type { Declared } from '@gatehouse/client';\n\n`,
    `export interface Schema {\n${collections.join('')}}\n`,
  ].join('');
}

function collectionType(document: Json, paths: Json, name: string): string {
  const many = member(paths, `/api/collections/${name}/items`);
  const one = optional(paths[`/api/collections/${name}/items/{id}`]);
  const item = answerOf(one['get'], '200') ?? answerOf(many['post'], '201');
  const properties = Object.entries(optional(resolve(document, item)['properties']));
  const references = properties.flatMap(([field, schema]) => {
    const collection = optional(schema)['x-collection'] ?? inAlternatives(schema);
    return typeof collection === 'string' ? [`${key(field)}: ${quoted(collection)}`] : [];
  });
  const sent = (operation: unknown): string => {
    const schema = optional(optional(optional(operation)['requestBody'])['content'])['application/json'];
    return schema === undefined ? 'never' : typeOf(document, optional(schema)['schema'], 4);
  };
  return [
    '{\n',
    `    item: ${typeOf(document, item, 4)};\n`,
    `    insert: ${sent(many['post'])};\n`,
    `    update: ${sent(one['patch'])};\n`,
    `    replace: ${sent(one['put'])};\n`,
    `    references: ${references.length > 0 ? `{ ${references.join('; ')} }` : '{}'};\n`,
    '  }',
  ].join('');
}

function answerOf(operation: unknown, status: string): unknown {
  const content = optional(optional(optional(optional(operation)['responses'])[status])['content']);
  return optional(content['application/json'])['schema'];
}

/** Where a reference may also be empty, what it refers to is said one level down. */
function inAlternatives(schema: unknown): unknown {
  const { anyOf } = optional(schema);
  if (!Array.isArray(anyOf)) return undefined;
  return anyOf.map((part) => optional(part)['x-collection']).find((collection) => collection !== undefined);
}

/** The TypeScript of a JSON Schema, as far as sites use it; `unknown` for the rest. */
function typeOf(document: Json, schema: unknown, indent: number): string {
  const told = resolve(document, schema);
  const { anyOf, enum: values, const: value, type } = told;
  // The id stands there unless the item is included, which the client's own types add.
  if (told['x-collection'] !== undefined) return 'string';
  if (Array.isArray(values)) return union(values.map(literal));
  if (value !== undefined) return literal(value);
  if (Array.isArray(anyOf)) return union(anyOf.map((part) => typeOf(document, part, indent)));
  const types: unknown[] = Array.isArray(type) ? type : [type];
  return union(types.map((name) => simpleType(document, told, name, indent)));
}

function simpleType(document: Json, schema: Json, type: unknown, indent: number): string {
  switch (type) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return type;
    case 'integer':
      return 'number';
    case 'array':
      return listType(typeOf(document, schema['items'], indent));
    case 'object':
      return objectType(document, schema, indent);
    default:
      return 'unknown';
  }
}

function listType(entry: string): string {
  return /^\w+$/.test(entry) ? `readonly ${entry}[]` : `readonly (${entry})[]`;
}

function objectType(document: Json, schema: Json, indent: number): string {
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  const space = ' '.repeat(indent + 2);
  const lines = Object.entries(optional(schema['properties'])).map(([name, value]) => {
    const mark = required.includes(name) ? '' : '?';
    return `${space}${key(name)}${mark}: ${typeOf(document, value, indent + 2)};\n`;
  });
  return `{\n${lines.join('')}${' '.repeat(indent)}}`;
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ');
}

/** A name as it stands before a colon: quoted unless it is one word, so that no name of a field is ever code. */
function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

function literal(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value);
}

function quoted(text: string): string {
  return `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`;
}

function resolve(document: Json, schema: unknown): Json {
  const told = optional(schema);
  const reference = told['$ref'];
  if (typeof reference !== 'string') return told;
  const name = /^#\/components\/schemas\/(.+)$/.exec(reference)?.[1] ?? '';
  return member(member(member(document, 'components'), 'schemas'), name);
}

function member(value: unknown, name: string): Json {
  const found = optional(value)[name];
  if (typeof found !== 'object' || found === null) throw new TypeError(`the OpenAPI document has no ${name}`);
  return found as Json;
}

function optional(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
