import { visitor, type Actor } from '../../src/lib/auth/actor.ts';
import { answerListing } from '../../src/lib/data-api/answer-listing.ts';
import { parse } from '../../src/lib/http/parse.ts';
import { presentItem } from '../../src/lib/http/present.ts';
import { toProblem } from '../../src/lib/http/problem.ts';
import { authorize } from '../../src/lib/policy/authorize.ts';
import { collection, type Policy } from '../../src/lib/policy/collection.ts';
import { boolean, dateTime, email, number, text, texts } from '../../src/lib/policy/field.ts';
import { insertSchema, patchSchema } from '../../src/lib/policy/item-schema.ts';
import {
  and,
  anyMember,
  anyone,
  or,
  ownedBy,
  ownedByEmail,
  participant,
  reading,
  role,
  writing,
  type Rule,
} from '../../src/lib/policy/rules.ts';
import { runAs, visitorIdentity } from '../../src/lib/wix/context.ts';
import { getItem, insertItem, patchItem, removeItem } from '../../src/lib/wix/items.ts';
import { INITIAL, type Request } from './arbitraries.ts';
import type { Asker, Outcome, Shape } from './model.ts';
import type { RuleText } from './rule-text.ts';

/** The rule that the sentence is of. */
function ruleOf(read: RuleText): Rule {
  switch (read.kind) {
    case 'anyone':
      return anyone;
    case 'any member':
      return anyMember;
    case 'owned by':
      return ownedBy(read.field);
    case 'owned by e-mail':
      return ownedByEmail(read.field);
    case 'participant in':
      return participant(read.field);
    case 'role':
      return role(read.role);
    case 'and':
      return and(...read.parts.map(ruleOf));
    case 'or':
      return or(...read.parts.map(ruleOf));
    case 'reading':
      return reading(read.fields, ruleOf(read.rule));
    case 'writing':
      return writing(read.fields, ruleOf(read.rule));
  }
}

/** The declaration that a shape describes. */
export function policyOf({ readable, writable, rules }: Shape, as: Policy['as']): Policy {
  const fields = {
    title: text({ max: 20 }),
    note: text({ max: 20, initial: INITIAL.note }),
    amount: number(),
    flag: boolean(),
    at: dateTime(),
    tags: texts({ max: 20, most: 10 }),
    ownerId: text({ max: 36 }),
    mail: email(),
    memberIds: texts({ max: 36, most: 10 }),
  };
  const declared = Object.entries(rules).map(([action, rule]) => [action, ruleOf(rule)]);
  return collection({
    fields,
    readable,
    writable,
    as,
    ...Object.fromEntries(declared),
  });
}

export type Listed = Readonly<{ items: readonly unknown[]; totals: readonly (number | undefined)[] }>;

/** Does as the routes do with a request, from the decision to the answer, on every page of a listing. */
export async function answered(asker: Asker, name: string, request: Request): Promise<Outcome<unknown>> {
  const actor = actorOf(asker, name);
  try {
    // At Wix anybody may touch these collections, so it makes no difference whose token a plain call has.
    const identity = { ...visitorIdentity(), memberId: asker.person?.id ?? null };
    const value = await runAs(identity, () => perform(actor, name, request));
    return { value: value === null ? null : (JSON.parse(JSON.stringify(value)) as unknown) };
  } catch (error) {
    return { refused: toProblem(error).code };
  }
}

async function perform(actor: Actor, name: string, request: Request): Promise<unknown> {
  switch (request.does) {
    case 'query':
      return listed(actor, name, request);
    case 'get': {
      const grant = authorize(actor, 'query', name);
      return presentItem(grant.access, await getItem(grant, request.id));
    }
    case 'patch': {
      const grant = authorize(actor, 'update', name);
      const changes = parse(patchSchema(grant.access), request.fields);
      return presentItem(grant.access, await patchItem(grant, request.id, changes));
    }
    case 'insert': {
      const grant = authorize(actor, 'insert', name);
      const fields = parse(insertSchema(grant.access), request.fields);
      return presentItem(grant.access, await insertItem(grant, fields));
    }
    case 'remove':
      await removeItem(authorize(actor, 'remove', name), request.id);
      return null;
  }
}

async function listed(
  actor: Actor,
  name: string,
  { filter, sort, fields, limit, count }: Extract<Request, { does: 'query' }>,
): Promise<Listed> {
  const asked = { filter, sort: [...sort], fields: fields && [...fields], include: undefined, limit, count };
  const items: unknown[] = [];
  const totals: (number | undefined)[] = [];
  let cursor: string | undefined;
  do {
    const answer = await answerListing(actor, authorize(actor, 'query', name), { ...asked, cursor });
    const { items: more, page } = (await answer.json()) as Page;
    items.push(...more);
    if (count) totals.push(page.total);
    cursor = page.next;
  } while (cursor !== undefined);
  return { items, totals };
}

type Page = { items: unknown[]; page: { next?: string; total?: number } };

function actorOf({ person, scopes }: Asker, name: string): Actor {
  if (person === null) return visitor;
  return {
    kind: 'member',
    id: person.id,
    email: person.email,
    emailVerified: person.verified,
    roles: person.roles,
    credential: { kind: scopes ? 'access-token' : 'session', id: 'of a test' },
    scopes: scopes?.map((action) => `${name}:${action}`) ?? null,
  };
}
