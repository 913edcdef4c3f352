import { createConfig, lintFromString } from '@redocly/openapi-core';
import { glob, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { apiDocument, faultsOf, resolved } from '../../../tests/documented.ts';
import { policies } from '../policy/collections.ts';
import type { Policy } from '../policy/collection.ts';
import { PROBLEMS } from '../http/problem.ts';
import { OPERATIONS } from './document.ts';

test('the document has no fault that a linter knows', async () => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      // Some operations need no 4xx of their own kind, but the four that everything has.
      'operation-4xx-response': 'error',
      'no-server-example.com': 'off',
      'no-unused-components': 'error',
      'operation-operationId-unique': 'error',
      'operation-parameters-unique': 'error',
      'path-parameters-defined': 'error',
      'no-invalid-media-type-examples': 'error',
      'security-defined': 'error',
    },
  });
  const problems = await lintFromString({ source: JSON.stringify(apiDocument), config });
  expect(
    problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
  ).toEqual([]);
});

test('every route of src/pages/api is in the document with its methods, and nothing else is', async () => {
  const written = new Set<string>();
  for await (const file of glob('src/pages/api/**/*.{ts,astro}')) {
    if (file.includes('[...')) continue;
    const path = file.replace(/^src\/pages/, '').replace(/(\/index)?\.(ts|astro)$/, '');
    const methods = methodsOf(await readFile(file, 'utf8'));
    expect(methods, file).not.toEqual([]);
    for (const method of methods) {
      for (const address of addressesOf(path, method)) written.add(`${method} ${address}`);
    }
  }
  const described = OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(described.toSorted()).toEqual([...written].toSorted());
});

/** A route exports its methods; a page names those it allows. */
function methodsOf(source: string): string[] {
  const exported = source.match(/(?<=^export const )(GET|POST|PUT|PATCH|DELETE)/gm) ?? [];
  const allowed = /allowMethods\(Astro\.request, (.+?)\)/.exec(source)?.[1] ?? '';
  return [...exported, ...(allowed.match(/[A-Z]+/g) ?? [])];
}

/** The action that a route of items asks policy for: without a rule for it, everybody is refused there. */
const ACTION_OF: Readonly<Record<string, string>> = {
  'POST items': 'insert',
  'PATCH items/{id}': 'update',
  'PUT items/{id}': 'update',
  'DELETE items/{id}': 'remove',
};

/** Routes of items stand in the document once for each collection. */
function addressesOf(path: string, method: string): string[] {
  const address = path.replaceAll(/\[(\w+)\]/g, '{$1}');
  if (!address.includes('{collection}')) return [address];
  const rest = address.split('/').slice(4).join('/');
  const declared: [string, Policy][] = Object.entries(policies);
  return declared
    .filter(([, { rules }]) => {
      if (rest === 'items/bulk') return rules.insert ?? rules.update ?? rules.remove;
      return (rules as Record<string, unknown>)[ACTION_OF[`${method} ${rest}`] ?? 'query'];
    })
    .map(([name]) => address.replace('{collection}', name));
}

test('each example is as its schema has it', () => {
  let count = 0;
  for (const operation of operationsOf()) {
    const contents = [
      operation.requestBody?.content,
      ...Object.values(operation.responses).map((response) => resolved(response)?.content),
    ];
    for (const { schema, example } of contents.flatMap((content) => Object.values(content ?? {}))) {
      if (!schema || example === undefined) continue;
      count += 1;
      expect(faultsOf(schema, example), operation.operationId).toEqual([]);
    }
  }
  expect(count).toBeGreaterThan(OPERATIONS.length);
});

test('every code of a problem stands in some answer, with an example', () => {
  const told = new Set(JSON.stringify(apiDocument).match(/(?<=#\/components\/examples\/)[\w-]+/g));
  // What names no operation can be met by none.
  expect([...told].toSorted()).toEqual(
    Object.keys(PROBLEMS)
      .filter((code) => code !== 'method-not-allowed')
      .toSorted(),
  );
});

test('each collection shows its real fields, and none that nobody may read', () => {
  const schemas = apiDocument.components?.schemas as Record<string, { properties?: object }>;
  for (const [name, { readable }] of Object.entries(policies) as [string, Policy][]) {
    expect(Object.keys(schemas[name]?.properties ?? {}), name).toEqual([
      '_id',
      '_createdDate',
      '_updatedDate',
      ...readable,
    ]);
    expect(apiDocument.tags?.find((tag) => tag.name === name)?.description).toContain('query: ');
  }
  for (const hidden of ['internalRemark', 'doorCode', 'hostNote'])
    expect(JSON.stringify(apiDocument)).not.toContain(hidden);
});

test('a rule that narrows what may be written narrows what is described', () => {
  const schemas = apiDocument.components?.schemas as Record<string, { properties?: object }>;
  expect(Object.keys(schemas['IntroductionsInsert']?.properties ?? {})).toEqual([
    'subject',
    'stage',
    'venue',
  ]);
  expect(Object.keys(schemas['IntroductionsChanges']?.properties ?? {})).toEqual(['stage', 'venue']);
});

type Content = Record<string, { schema?: object; example?: unknown }>;
type Described = Readonly<{
  operationId: string;
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content } | { $ref: string }>;
}>;

function operationsOf(): Described[] {
  return Object.values(apiDocument.paths ?? {}).flatMap((methods) => Object.values(methods) as Described[]);
}
