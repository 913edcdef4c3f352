import { z } from 'zod';
import type { Member } from '../auth/actor.ts';
import { ACTIONS, type Action, type FieldAccess, type Policy } from '../policy/collection.ts';
import { policies, type CollectionName } from '../policy/collections.ts';
import { decide } from '../policy/decide.ts';
import type { Field } from '../policy/field.ts';
import { insertSchema, patchSchema, readableFields, replaceSchema } from '../policy/item-schema.ts';
import { Instant } from './answers.ts';

/** Somebody whom no rule refuses for want of a role or a verified e-mail: the document tells what they may send. */
const A_MEMBER: Member = {
  kind: 'member',
  id: 'somebody',
  email: 'somebody@example.com',
  emailVerified: true,
  roles: Object.values(policies).flatMap(({ rules }: Policy) =>
    Object.values(rules).flatMap((rule) => rule.roles),
  ),
  credential: { kind: 'session', id: 'none' },
  scopes: null,
};

/** One declared collection as the document tells it. */
export type DescribedCollection = Readonly<{
  name: CollectionName;
  policy: Policy;
  /** What may be read by anybody at all; the fields that may be sent, by action. */
  access: Readonly<Record<Action, FieldAccess>>;
  item: z.ZodType;
  page: z.ZodType;
  insert: z.ZodType;
  patch: z.ZodType;
  replace: z.ZodType;
}>;

export const COLLECTIONS: readonly DescribedCollection[] = Object.entries(policies).map(
  ([name, policy]: [string, Policy]) => describe(name as CollectionName, policy),
);

function describe(name: CollectionName, policy: Policy): DescribedCollection {
  const access = Object.fromEntries(
    ACTIONS.map((action) => {
      const decision = decide(A_MEMBER, action, name);
      // Rules only narrow, so what the collection names holds everything anybody is answered.
      const narrowed = decision.outcome === 'granted' && action !== 'query' ? decision.access : policy;
      return [action, narrowed];
    }),
  ) as Record<Action, FieldAccess>;
  const item = itemSchema(access.query).meta({ id: name, description: `An item of ${name}.` });
  return {
    name,
    policy,
    access,
    item,
    page: pageSchema(item).meta({ id: `${name}Page` }),
    insert: insertSchema(access.insert).meta({ id: `${name}Insert` }),
    patch: patchSchema(access.update).meta({ id: `${name}Changes`, override: { minProperties: 1 } }),
    replace: replaceSchema(access.update).meta({ id: `${name}Replacement` }),
  };
}

function pageSchema(item: z.ZodType): z.ZodType {
  return z.strictObject({
    items: z.array(item),
    page: z.strictObject({
      limit: z.int(),
      next: z.string().optional().meta({ description: 'The cursor of the next page; missing on the last.' }),
      total: z.int().optional().meta({ description: 'When it was asked for.' }),
    }),
  });
}

/**
 * Rows may come from elsewhere, so any field of theirs may be missing or empty, also one that is required here; and
 * `fields` leaves out what was not asked for.
 */
function itemSchema(access: FieldAccess): z.ZodType {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(readableFields(access)).map(([name, field]) => {
        if (name === '_id') return [name, z.string()];
        const value = valueSchema(field);
        return [name, (name.startsWith('_') ? value : value.nullable()).optional()];
      }),
    ),
  );
}

function valueSchema({ type, collection }: Field): z.ZodType {
  switch (type) {
    case 'text':
    case 'email':
      return z.string();
    case 'number':
      return z.number();
    case 'boolean':
      return z.boolean();
    case 'dateTime':
      return Instant;
    case 'texts':
      return z.array(z.string());
    case 'reference':
      // By name, since collections may refer to each other in rings.
      return z
        .union([z.string(), z.unknown().meta({ override: { $ref: schemaRef(collection ?? '').$ref } })])
        .meta({
          description: `The id of an item of ${collection}, or the item itself where \`include\` asks for it.`,
          'x-collection': collection,
        });
  }
}

export function schemaRef(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** Something to begin with for who tries it out. */
export function exampleOf({ fields }: FieldAccess, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, exampleValue(name, fields[name] as Field)]));
}

function exampleValue(name: string, { type }: Field): unknown {
  switch (type) {
    case 'text':
      return `A ${name}`;
    case 'email':
      return 'ada@example.com';
    case 'number':
      return 1815;
    case 'boolean':
      return true;
    case 'dateTime':
      return '2026-03-02T10:15:00.000Z';
    case 'texts':
      return [`One of ${name}`];
    case 'reference':
      return 'an-id';
  }
}
