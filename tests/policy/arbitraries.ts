import fc from 'fast-check';
import type { Filter } from '../conformance/filter-model.ts';
import type { Action, Asker, FieldKind, Question, Shape, StoredRow } from './model.ts';
import type { Person, RuleText } from './rule-text.ts';

/** Random policies, people, rows and requests. Few values of each kind, so that they often meet. */

const KINDS: Readonly<Record<string, FieldKind>> = {
  title: 'text',
  note: 'text',
  amount: 'number',
  flag: 'boolean',
  at: 'date',
  tags: 'texts',
  ownerId: 'text',
  mail: 'text',
  memberIds: 'texts',
};
const OWNERS = ['ownerId', 'mail', 'memberIds'];
const PLAIN = Object.keys(KINDS).filter((name) => !OWNERS.includes(name));
export const INITIAL = { note: 'as new' };

const people: readonly Person[] = [1, 2, 3].map((number) => ({
  id: `00000000-0000-4000-c000-00000000000${number}`,
  email: `person-${number}@example.com`,
  verified: number !== 3,
  roles: number === 2 ? ['editor'] : [],
}));
const ids = people.map(({ id }) => id);
const emails = [...people.map(({ email }) => email), 'Person-1@example.com'];

const TEXTS = ['', 'a', 'A', 'ab', 'Äb', '%', "'", '🦄', 'null', 'as new'];
const MOMENTS = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z', '1970-01-01T00:00:00.000Z'];
const NUMBERS = [0, 1, -1, 1.5, 1e21];

const anyText = fc.constantFrom(...TEXTS);
const values: Readonly<Record<FieldKind, fc.Arbitrary<unknown>>> = {
  text: anyText,
  number: fc.constantFrom(...NUMBERS),
  boolean: fc.boolean(),
  date: fc.constantFrom(...MOMENTS),
  texts: fc.subarray(['a', 'A', 'ab', '']),
};

function valueOf(name: string): fc.Arbitrary<unknown> {
  if (name === 'ownerId') return fc.constantFrom(...ids);
  if (name === 'mail') return fc.constantFrom(...emails);
  if (name === 'memberIds') return fc.subarray(ids);
  if (name === '_id') return fc.nat(19).map((number) => `row-${number}`);
  return values[KINDS[name] ?? 'date'];
}

const leaf = fc.constantFrom<RuleText>(
  { kind: 'anyone' },
  { kind: 'any member' },
  { kind: 'owned by', field: 'ownerId' },
  { kind: 'owned by', field: 'ownerId' },
  { kind: 'owned by e-mail', field: 'mail' },
  { kind: 'owned by e-mail', field: 'mail' },
  { kind: 'participant in', field: 'memberIds' },
  { kind: 'participant in', field: 'memberIds' },
  { kind: 'role', role: 'Editor' },
);

function ruleOver(names: readonly string[]): fc.Arbitrary<RuleText> {
  return fc.letrec<{ rule: RuleText }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      leaf,
      fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(tie('rule'), { minLength: 2, maxLength: 3 }))
        .map(([kind, parts]): RuleText => ({ kind, parts })),
      fc
        .tuple(fc.constantFrom('reading', 'writing'), fc.subarray([...names], { minLength: 1 }), tie('rule'))
        .map(([kind, fields, rule]): RuleText => ({ kind, fields, rule })),
    ),
  })).rule;
}

export const shape: fc.Arbitrary<Shape> = fc
  .tuple(fc.subarray(PLAIN, { minLength: 1 }), fc.subarray(PLAIN, { minLength: 1 }))
  .chain(([seen, writable]) => {
    const readable = [...seen, ...OWNERS];
    const rule = ruleOver([...new Set([...readable, ...writable])]);
    const maybe = fc.option(rule, { nil: undefined, freq: 8 });
    return fc
      .record({ query: maybe, insert: maybe, update: maybe, remove: maybe })
      .map(({ ...rules }): Shape => {
        const given = Object.entries(rules).filter(([, one]) => one !== undefined);
        return { kinds: KINDS, initial: INITIAL, readable, writable, rules: Object.fromEntries(given) };
      });
  });

export const rows: fc.Arbitrary<StoredRow[]> = fc
  .array(
    fc.record(
      {
        _createdDate: fc.constantFrom(...MOMENTS),
        ...Object.fromEntries(Object.keys(KINDS).map((name) => [name, valueOf(name)])),
      },
      { requiredKeys: ['_createdDate'] },
    ),
    { minLength: 8, maxLength: 16 },
  )
  .map((list) =>
    list.map((row, index): StoredRow => {
      const stored = Object.entries(row).map(([name, value]) =>
        name === 'at' || name === '_createdDate' ? [name, { $date: value }] : [name, value],
      );
      return { _id: `row-${index}`, ...Object.fromEntries(stored) };
    }),
  );

const ACTIONS: readonly Action[] = ['query', 'insert', 'update', 'remove'];

export const asker: fc.Arbitrary<Asker> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Asker>({ person: null, scopes: null }) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom(...people), fc.option(fc.subarray([...ACTIONS]), { nil: null, freq: 6 }))
      .map(([person, scopes]): Asker => ({ person, scopes })),
  },
);

/** Mostly fields that may be read. */
const nameIn = ({ readable }: Shape) =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom('_id', '_createdDate', ...readable) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(KINDS)) },
  );

function condition(name: string): fc.Arbitrary<unknown> {
  const kind = name.startsWith('_') ? (name === '_id' ? 'text' : 'date') : KINDS[name];
  const value = valueOf(name);
  const entry = kind === 'texts' ? fc.constantFrom('a', 'A', '', ...ids) : value;
  const list = fc.array(entry, { minLength: 1, maxLength: 3 });
  const always = [
    entry,
    fc.constant(null),
    entry.map(($eq) => ({ $eq })),
    fc.option(entry, { nil: null }).map(($ne) => ({ $ne })),
    list.map(($in) => ({ $in })),
    fc.boolean().map(($exists) => ({ $exists })),
  ];
  const ordered = fc
    .tuple(fc.constantFrom('$lt', '$lte', '$gt', '$gte'), entry)
    .map(([operator, operand]) => ({ [operator]: operand }));
  const textual = fc
    .tuple(fc.constantFrom('$contains', '$startsWith', '$endsWith'), anyText)
    .map(([operator, operand]) => ({ [operator]: operand }));
  const several = fc
    .tuple(fc.constantFrom('$hasSome', '$hasAll'), list)
    .map(([operator, operand]) => ({ [operator]: operand }));
  if (kind === 'text') return fc.oneof(...always, ordered, textual, several);
  if (kind === 'number' || kind === 'date') return fc.oneof(...always, ordered, several);
  return kind === 'texts' ? fc.oneof(...always, several) : fc.oneof(...always);
}

function filterOver(of: Shape): fc.Arbitrary<Filter> {
  const one = nameIn(of).chain((name) => condition(name).map((value): Filter => ({ [name]: value })));
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      one,
      fc.constant<Filter>({}),
      fc
        .tuple(
          fc.constantFrom('$and', '$or', '$not'),
          fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
        )
        .map(([operator, parts]): Filter => ({ [operator]: parts })),
    ),
  })).filter;
}

const SORTABLE = ['_id', '_createdDate', ...Object.keys(KINDS).filter((name) => KINDS[name] !== 'texts')];

/** One request, in the words of the API. */
export type Request =
  | (Question & Readonly<{ does: 'query'; limit: number; count: boolean }>)
  | Readonly<{ does: 'get' | 'remove'; id: string }>
  | Readonly<{ does: 'patch'; id: string; fields: Readonly<Record<string, unknown>> }>
  | Readonly<{ does: 'insert'; fields: Readonly<Record<string, unknown>> }>;

const anyId = fc.nat(17).map((number) => `row-${number}`);

function bodyOver({ writable }: Shape, emptied: boolean): fc.Arbitrary<Record<string, unknown>> {
  const names = fc.oneof(
    { weight: 8, arbitrary: fc.subarray([...writable], { minLength: 1 }) },
    { weight: 1, arbitrary: fc.subarray(Object.keys(KINDS), { minLength: 1, maxLength: 2 }) },
  );
  return names.chain((chosen) =>
    fc.record(
      Object.fromEntries(
        chosen.map((name) => [name, emptied ? fc.option(valueOf(name), { nil: null }) : valueOf(name)]),
      ),
    ),
  );
}

export function requestOver(of: Shape): fc.Arbitrary<Request> {
  const sortable = SORTABLE.filter((name) => name.startsWith('_') || of.readable.includes(name));
  const sort = fc
    .oneof(
      { weight: 20, arbitrary: fc.subarray(sortable, { maxLength: 2 }) },
      { weight: 1, arbitrary: fc.subarray(SORTABLE, { maxLength: 1 }) },
    )
    .chain((names) =>
      fc.tuple(...names.map((name) => fc.boolean().map((down) => (down ? `-${name}` : name)))),
    );
  const query = fc.record({
    does: fc.constant('query' as const),
    filter: filterOver(of),
    sort,
    fields: fc.option(fc.array(nameIn(of), { minLength: 1, maxLength: 3 }), { nil: undefined }),
    limit: fc.constantFrom(3, 7, 50),
    count: fc.boolean(),
  });
  return fc.oneof(
    { weight: 12, arbitrary: query },
    { weight: 2, arbitrary: fc.record({ does: fc.constantFrom('get', 'remove'), id: anyId }) },
    {
      weight: 4,
      arbitrary: fc.record({ does: fc.constant('patch' as const), id: anyId, fields: bodyOver(of, true) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ does: fc.constant('insert' as const), fields: bodyOver(of, false) }),
    },
  );
}
