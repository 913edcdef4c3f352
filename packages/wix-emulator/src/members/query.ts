import { hasAppRights } from '../http/caller.ts';
import { permissionDenied, validationError } from '../http/errors.ts';
import { compile } from '../items/filter/compile.ts';
import { fieldOf } from '../items/filter/field.ts';
import { parseFilter } from '../items/filter/parse.ts';
import type { Condition, Operand } from '../items/filter/parse.ts';
import type { Subject } from '../oauth/access-tokens.ts';
import type { Site } from '../site.ts';
import { canonicalEmail } from './member.ts';
import type { Member } from './member.ts';
import type { QueryRequest } from './schema.ts';
import type { z } from 'zod';

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

type Found = {
  members: Member[];
  metadata: { count: number; offset: number; total: number; tooManyToCount: boolean };
};

/** Apps see everyone; members see themselves and those whose profile is public. */
export function queryMembers(site: Site, caller: Subject, request: z.output<typeof QueryRequest>): Found {
  const isApp = hasAppRights(caller);
  const condition = asStored(parseFilter(request.query.filter));
  const sort = request.sort ?? request.query.sort ?? [];
  for (const path of [...pathsOf(condition), ...sort.map(({ fieldName }) => fieldName)])
    requireField(path, isApp);

  const visible = isApp ? 'TRUE' : "(id = ? OR data ->> '$.privacyStatus' = 'PUBLIC')";
  const { text, values } = compile(condition, () => false);
  const where = `${visible} AND ${text}`;
  const bound = [...(isApp ? [] : [caller.id]), ...values];
  const orderBy = [
    ...sort.map(({ fieldName, order }) => `${fieldOf(fieldName).value} ${order}`),
    'id ASC',
  ].join(', ');
  const { limit, offset } = request.query.paging;
  const members = site.store
    .all<{ data: string }>(
      `SELECT data FROM members WHERE ${where} ORDER BY ${orderBy} LIMIT ? OFFSET ?`,
      ...bound,
      limit,
      offset,
    )
    .map((row) => JSON.parse(row.data) as Member);
  const total =
    site.store.get<{ total: number }>(`SELECT count(*) AS total FROM members WHERE ${where}`, ...bound)
      ?.total ?? 0;
  return { members, metadata: { count: members.length, offset, total, tooManyToCount: false } };
}

function requireField(path: string, isApp: boolean): void {
  if (!ALL_FIELDS.has(path)) {
    throw validationError([
      { field: `query.${path}`, description: 'cannot be filtered or sorted by', violatedRule: 'OTHER' },
    ]);
  }
  if (!isApp && !PUBLIC_FIELDS.has(path)) throw permissionDenied(`Only an app may ask for ${path}`);
}

function pathsOf(condition: Condition): string[] {
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
