import { hasAppRights } from '../http/caller.ts';
import { permissionDenied, validationError } from '../http/errors.ts';
import { compile } from '../items/filter/compile.ts';
import { fieldOf } from '../items/filter/field.ts';
import { parseFilter } from '../items/filter/parse.ts';
import type { Sql } from '../items/filter/compile.ts';
import type { Condition, Operand } from '../items/filter/parse.ts';
import type { Subject } from '../oauth/access-tokens.ts';
import type { Site } from '../site.ts';
import { canonicalEmail } from './member.ts';
import type { Member } from './member.ts';
import type { Search } from './schema.ts';

/** What may be filtered and sorted by; a member may ask only about what a member may see. */
const PUBLIC_FIELDS = new Set([
  'id',
  'contactId',
  'createdDate',
  'updatedDate',
  'profile.nickname',
  'profile.slug',
  'profile.title',
]);
const ALL_FIELDS = new Set([
  ...PUBLIC_FIELDS,
  'loginEmail',
  'loginEmailVerified',
  'status',
  'privacyStatus',
  'activityStatus',
  'lastLoginDate',
  'contact.firstName',
  'contact.lastName',
]);

export type MembersQuery = {
  filter: Readonly<Record<string, unknown>>;
  search?: Search | undefined;
  sort: readonly { fieldName: string; order: 'ASC' | 'DESC' }[];
  paging: { limit: number; offset: number };
};

type Found = {
  members: Member[];
  metadata: { count: number; offset: number; total: number; tooManyToCount: boolean };
};

/** Apps see everyone; members see themselves and those whose profile is public, visitors the latter. */
export function queryMembers(site: Site, caller: Subject, query: MembersQuery): Found {
  const isApp = hasAppRights(caller);
  const { sort, paging } = query;
  for (const { fieldName } of sort) requireField(fieldName, isApp);
  const { text, values } = matching(query, isApp);
  const visible = isApp ? 'TRUE' : "(id = ? OR data ->> '$.privacyStatus' = 'PUBLIC')";
  const where = `${visible} AND ${text}`;
  const bound = [...(isApp ? [] : [caller.id]), ...values];
  const orderBy = [
    ...sort.map(({ fieldName, order }) => `${fieldOf(fieldName).value} ${order}`),
    'id ASC',
  ].join(', ');
  const members = site.store
    .all<{ data: string }>(
      `SELECT data FROM members WHERE ${where} ORDER BY ${orderBy} LIMIT ? OFFSET ?`,
      ...bound,
      paging.limit,
      paging.offset,
    )
    .map((row) => JSON.parse(row.data) as Member);
  const total =
    site.store.get<{ total: number }>(`SELECT count(*) AS total FROM members WHERE ${where}`, ...bound)
      ?.total ?? 0;
  return {
    members,
    metadata: { count: members.length, offset: paging.offset, total, tooManyToCount: false },
  };
}

/** Ids of all who match, for what an app does to many at once. */
export function matchingIds(site: Site, query: Pick<MembersQuery, 'filter' | 'search'>): string[] {
  const { text, values } = matching(query, true);
  return site.store
    .all<{ id: string }>(`SELECT id FROM members WHERE ${text} ORDER BY id`, ...values)
    .map(({ id }) => id);
}

function matching({ filter, search }: Pick<MembersQuery, 'filter' | 'search'>, isApp: boolean): Sql {
  const condition = asStored(parseFilter(filter));
  const searched = search ? [searchCondition(search)] : [];
  const whole: Condition = { is: 'and', of: [condition, ...searched] };
  for (const path of pathsOf(whole)) requireField(path, isApp);
  return compile(whole, () => false);
}

/** Any of the fields contains the expression; the nickname unless others are named. */
const searchCondition = ({ expression, fields }: Search): Condition => ({
  is: 'or',
  of: (fields.length === 0 ? ['profile.nickname'] : fields).map((path) => ({
    is: 'text',
    path,
    match: 'contains',
    text: expression,
  })),
});

function requireField(path: string, isApp: boolean): void {
  if (!ALL_FIELDS.has(path)) {
    throw validationError([
      { field: `query.${path}`, description: 'cannot be filtered or sorted by', violatedRule: 'OTHER' },
    ]);
  }
  if (!isApp && !PUBLIC_FIELDS.has(path)) throw permissionDenied(`Only an app may ask for ${path}`);
}

/** The fields a condition asks about. */
export function pathsOf(condition: Condition): string[] {
  if ('path' in condition) return [condition.path];
  return condition.is === 'not' ? pathsOf(condition.of) : condition.of.flatMap(pathsOf);
}

/** Login e-mails are stored in one form and dates as ISO text, so operands are brought into those forms. */
function asStored(condition: Condition): Condition {
  switch (condition.is) {
    case 'and':
    case 'or':
      return { ...condition, of: condition.of.map(asStored) };
    case 'not':
      return { ...condition, of: asStored(condition.of) };
    case 'equal':
    case 'ordered':
      return { ...condition, operand: storedOperand(condition.path, condition.operand) };
    case 'one-of':
      return {
        ...condition,
        operands: condition.operands.map((operand) => storedOperand(condition.path, operand)),
      };
    default:
      return condition;
  }
}

function storedOperand(path: string, operand: Operand): Operand {
  if (operand.kind === 'date') return { kind: 'text', value: operand.value };
  if (path !== 'loginEmail' || operand.kind !== 'text') return operand;
  return { kind: 'text', value: canonicalEmail(operand.value) };
}
