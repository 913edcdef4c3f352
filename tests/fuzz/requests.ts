import fc from 'fast-check';
import type { CrowdMember } from '../crowd.ts';
import { markOf, members, pairs, ROWS } from './population.ts';

/** One request as it goes out. */
export type Asked = Readonly<{
  method: string;
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}>;

/** A request once it is known who sends it, and which listings can be gone on with. */
export type Ask = (by: CrowdMember, cursors: readonly string[]) => Asked;

/** By which of a member's credentials: a session's token, an access token for less, or the cookie of a browser. */
export type Credential = 'app' | 'script' | 'browser';

export type Generated = Readonly<{ by: CrowdMember; with: Credential; ask: Ask }>;

type Collection = Readonly<{
  path: string;
  fields: fc.Arbitrary<string>;
  hidden: fc.Arbitrary<string>;
  ids: fc.Arbitrary<string>;
  values: fc.Arbitrary<unknown>;
  /** The field that says whose a row is, and what others have there. */
  owner: fc.Arbitrary<string>;
  rivals: fc.Arbitrary<string[]>;
  /** Fields a body may hold, or must not; texts get the mark of whoever writes. */
  body: fc.Arbitrary<Body>;
  /** One that can be stored. */
  wholeBody: fc.Arbitrary<Body>;
}>;

type Body = Readonly<Record<string, unknown>>;

/** Stands in an id for the canary of whoever asks, so that many a request is for a row of one's own. */
const OWN = 'own~';

const anyone = fc.constantFrom(...members);
const anyEmail = anyone.map(({ email }) => email);
const nothingThere = fc.constantFrom('nothing-here', 'ada-wheatstone', 'engines-and-compilers');
const text = fc.string({ minLength: 1, maxLength: 20 }).filter((value) => value.trim() !== '');

const connections: Collection = {
  path: '/api/collections/SITConnections/items',
  fields: fc.constantFrom(
    'name',
    'status',
    'company',
    'phone',
    'notes',
    'lastContact',
    'memberEmail',
    '_id',
    '_createdDate',
  ),
  hidden: fc.constantFrom('internalRemark', '_owner', 'password'),
  ids: fc.oneof(
    { weight: 6, arbitrary: fc.tuple(anyone, fc.nat(ROWS)).map(([{ canary }, row]) => `${canary}-${row}`) },
    { weight: 4, arbitrary: fc.nat(ROWS).map((row) => `${OWN}-${row}`) },
    { weight: 1, arbitrary: nothingThere },
  ),
  owner: fc.constant('memberEmail'),
  rivals: fc.array(anyEmail, { minLength: 1, maxLength: 4 }),
  values: fc.oneof(
    anyEmail,
    anyone.map(({ canary }) => canary),
    fc.constantFrom('lead', 'active', '', null, 'hidden'),
  ),
  body: fc.record(
    {
      name: text,
      status: fc.constantFrom('lead', 'done'),
      memberEmail: anyEmail,
      _id: anyone.map(({ canary }) => `${canary}-0`),
      _owner: anyone.map(({ id }) => id),
    },
    { requiredKeys: [] },
  ),
  wholeBody: fc.record({ name: text, status: fc.constantFrom('lead', 'done') }),
};

const introductions: Collection = {
  path: '/api/collections/Introductions/items',
  fields: fc.constantFrom('subject', 'stage', 'memberIds', 'venue', '_id', '_createdDate'),
  hidden: fc.constantFrom('hostNote', '_owner'),
  ids: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...pairs.map(({ canary }) => `${canary}-0`)) },
    { weight: 1, arbitrary: nothingThere },
  ),
  owner: fc.constant('memberIds'),
  rivals: fc.array(
    anyone.map(({ id }) => id),
    { minLength: 1, maxLength: 4 },
  ),
  values: fc.oneof(
    anyone.map(({ id }) => id),
    fc.constantFrom(...pairs.map(({ canary }) => `${canary} subject`)),
    fc.constantFrom('proposed', 'back-room', null),
  ),
  body: fc.record(
    {
      subject: text,
      stage: fc.constantFrom('met', 'declined'),
      memberIds: fc.array(
        anyone.map(({ id }) => id),
        { maxLength: 2 },
      ),
      venue: fc.constantFrom('back-room', 'nowhere'),
    },
    { requiredKeys: [] },
  ),
  wholeBody: fc.record({ subject: text }),
};

const collection = fc.oneof(
  { weight: 5, arbitrary: fc.constant(connections) },
  { weight: 1, arbitrary: fc.constant(introductions) },
);

/** In a collection of either kind: what is generated depends on which. */
const within = <Value>(make: (chosen: Collection) => fc.Arbitrary<Value>) => collection.chain(make);

const OPERATORS = ['$ne', '$eq', '$eq', '$gt', '$lte', '$contains', '$startsWith', '$hasSome'];

function filterOf({ fields, hidden, values, owner, rivals }: Collection): fc.Arbitrary<object> {
  const condition = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(fields, values).map(([field, value]) => ({ [field]: value })),
    },
    {
      weight: 4,
      arbitrary: fc.tuple(fields, fc.constantFrom(...OPERATORS), values).map(([field, operator, value]) => ({
        [field]: { [operator]: operator === '$hasSome' ? [value ?? ''] : (value ?? '') },
      })),
    },
    {
      weight: 4,
      arbitrary: fc.tuple(owner, rivals).map(([field, list]) => ({ [field]: { $hasSome: list } })),
    },
    { weight: 4, arbitrary: fc.tuple(owner, rivals).map(([field, [one]]) => ({ [field]: { $ne: one } })) },
    { weight: 1, arbitrary: fc.tuple(hidden, values).map(([field, value]) => ({ [field]: value })) },
    { weight: 4, arbitrary: fc.constant({}) },
  );
  const several = (tie: fc.LetrecTypedTie<{ filter: object }>) =>
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 });
  return fc.letrec<{ filter: object }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      condition,
      several(tie).map((parts) => ({ $or: parts })),
      several(tie).map((parts) => ({ $and: parts })),
      tie('filter').map((part) => ({ $not: [part] })),
    ),
  })).filter;
}

const sortOf = ({ fields, hidden }: Collection) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    { weight: 4, arbitrary: fields },
    { weight: 4, arbitrary: fields.map((field) => `-${field}`) },
    { weight: 4, arbitrary: fc.tuple(fields, fields).map(([one, other]) => `${one},-${other}`) },
    { weight: 1, arbitrary: hidden },
  );

/** Few enough to be used again, by others too. */
const anyKey = fc.option(
  fc.nat(9).map((number) => `key-${number}`),
  { nil: null },
);

const reading = (path: string): Asked => ({ method: 'GET', path });

/** With the writer's mark in every text of a connection. */
function writing(method: string, path: string, body: unknown, key: string | null = null): Ask {
  return (by) => ({
    method,
    path,
    headers: { 'content-type': 'application/json', ...(key !== null && { 'idempotency-key': key }) },
    body: JSON.stringify(marked(body, by)),
  });
}

function marked(body: unknown, by: CrowdMember): unknown {
  if (typeof body !== 'object' || body === null) return body;
  if (Array.isArray(body)) return body.map((part) => marked(part, by));
  const fields = Object.entries(body).map(([key, value]: [string, unknown]) => [
    key,
    key === 'name' && typeof value === 'string' ? markOf(by) + value : marked(value, by),
  ]);
  return Object.fromEntries(fields) as unknown;
}

const listing = within((chosen) =>
  fc
    .tuple(filterOf(chosen), sortOf(chosen), fc.constantFrom(1, 2, 5, 20, 100), fc.boolean())
    .map(([filter, sort, limit, include]): Ask => {
      const query = new URLSearchParams({
        filter: JSON.stringify(filter),
        limit: String(limit),
        ...(sort && { sort }),
        ...(include && chosen === introductions && { include: 'venue' }),
      });
      return () => reading(`${chosen.path}?${query}`);
    }),
);

/** Goes on with a listing of whoever got one, by the very query it was made for. */
const goingOn = fc.nat().map(
  (pick): Ask =>
    (_by, cursors) =>
      reading(cursors[pick % (cursors.length || 1)] ?? connections.path),
);

const one = within(({ path, ids }) =>
  ids.map(
    (id): Ask =>
      () =>
        reading(`${path}/${id}`),
  ),
);

const changing = within(({ path, ids, body, wholeBody }) =>
  fc
    .tuple(fc.constantFrom('PATCH', 'PUT'), ids, fc.oneof(body, wholeBody), anyKey)
    .map(([method, id, fields, key]) => writing(method, `${path}/${id}`, fields, key)),
);

const removing = within(({ path, ids }) =>
  ids.map((id): Ask => () => ({ method: 'DELETE', path: `${path}/${id}` })),
);

const inserting = within(({ path, body, wholeBody }) =>
  fc.oneof(body, wholeBody).map((fields) => writing('POST', path, fields)),
);

const byBody = within((chosen) => {
  const filter = filterOf(chosen);
  const field = fc.oneof({ weight: 5, arbitrary: chosen.fields }, { weight: 1, arbitrary: chosen.hidden });
  const ask = (path: string) => (body: unknown) => writing('POST', `${chosen.path}/${path}`, body);
  return fc.oneof(
    fc
      .tuple(filter, sortOf(chosen), fc.boolean())
      .map(([asked, sort, count]) =>
        ask('query')({ filter: asked, count, ...(sort && { sort: sort.split(',') }) }),
      ),
    filter.map((asked) => ask('count')({ filter: asked })),
    fc
      .tuple(field, filter)
      .map(([name, asked]) => ask('distinct')({ field: name, filter: asked, limit: 1000 })),
    fc.tuple(field, field, filter).map(([group, last, asked]) =>
      ask('aggregate')({
        group: [group],
        figures: { rows: { operation: 'count' }, last: { operation: 'max', field: last } },
        filter: asked,
      }),
    ),
  );
});

const inBulk = within(({ path, ids, body, wholeBody }) => {
  const part = fc.oneof(
    fc.oneof(body, wholeBody).map((insert) => ({ insert })),
    fc.tuple(ids, body).map(([id, fields]) => ({ update: { id, fields } })),
    ids.map((id) => ({ remove: { id } })),
  );
  return fc
    .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), anyKey)
    .map(([operations, key]) => writing('POST', `${path}/bulk`, { operations }, key));
});

const elsewhere = fc.oneof(
  anyEmail.map(
    (email): Ask =>
      () =>
        reading(`/api/connections?email=${email}`),
  ),
  fc.constantFrom<Ask>(
    () => reading('/api/me'),
    () => reading('/api/site-properties'),
    () => reading('/api/collections'),
  ),
);

function posting(path: string, fields: Readonly<Record<string, string>>): Ask {
  return (by) => ({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(marked(fields, by) as Record<string, string>).toString(),
  });
}

const pages = fc.oneof(
  fc.constantFrom('', '?status=lead', '?status=active', '?done=saved', '?cursor=nonsense').map(
    (query): Ask =>
      () =>
        reading(`/connections${query}`),
  ),
  connections.ids.map(
    (id): Ask =>
      () =>
        reading(`/connections/${id}`),
  ),
  connections.ids.map(
    (id): Ask =>
      () =>
        reading(`/connections/${id}/remove`),
  ),
  fc
    .tuple(connections.ids, connections.body)
    .map(([id, fields]) => posting(`/connections/${id}`, fields as Record<string, string>)),
  connections.ids.map((id) => posting(`/connections/${id}/remove`, {})),
  connections.body.map((fields) => posting('/connections', fields as Record<string, string>)),
  fc.constantFrom<Ask>(
    () => reading('/account'),
    () => reading('/site'),
  ),
);

const weighted = (weight: number, arbitrary: fc.Arbitrary<Ask>) => ({ weight, arbitrary });

const anyAsk = fc.oneof(
  weighted(6, listing),
  weighted(2, goingOn),
  weighted(4, one),
  weighted(5, changing),
  weighted(1, removing),
  weighted(2, inserting),
  weighted(7, byBody),
  weighted(2, inBulk),
  weighted(2, elsewhere),
);

/** Most by apps, some by access tokens, and the pages by a browser, which may ask the API too. */
const anyGenerated: fc.Arbitrary<Generated> = fc
  .tuple(
    anyone,
    fc.oneof(
      { weight: 6, arbitrary: fc.tuple(fc.constantFrom<Credential>('app', 'app', 'app', 'script'), anyAsk) },
      { weight: 1, arbitrary: fc.tuple(fc.constant<Credential>('browser'), fc.oneof(pages, pages, anyAsk)) },
    ),
  )
  .map(([by, [credential, ask]]) => ({ by, with: credential, ask: ownNamed(ask) }));

function ownNamed(ask: Ask): Ask {
  return (by, cursors) => {
    const { path, body, ...rest } = ask(by, cursors);
    const named = (written: string) => written.replaceAll(`${OWN}-`, `${by.canary}-`);
    return { ...rest, path: named(path), ...(body !== undefined && { body: named(body) }) };
  };
}

/** `count` requests, the same ones for the same seed. */
export function generate(count: number, seed: number): Generated[] {
  return fc.sample(anyGenerated, { numRuns: count, seed });
}
