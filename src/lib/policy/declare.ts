import { ACTIONS, type Fields, type Policy } from './collection.ts';
import { anyone, type Rule } from './rules.ts';

/**
 * Declares the collections of the site.
 * @throws {Error} at start, naming every line that is wrong: a field that is not there, an owner that could be written,
 *   a row that nobody could be shown, a required field that nobody can fill in, a role whose
 *   key cannot be one.
 */
export function declare<const Policies extends Readonly<Record<string, Policy>>>(
  policies: Policies,
): Policies {
  const mistakes = Object.entries(policies).flatMap(([name, policy]) =>
    mistakesIn(policy, policies).map(({ line, message }) => `  ${name}, ${line}: ${message}`),
  );
  if (mistakes.length > 0) throw new Error(`The policies are not right:\n${mistakes.join('\n')}`);
  return Object.freeze(policies);
}

/** A word, such as `admin`, or an id. */
const ROLE_KEY = /^[\w-]+$/;

type Mistake = Readonly<{ line: string; message: string }>;

function mistakesIn(policy: Policy, policies: Readonly<Record<string, Policy>>): Mistake[] {
  return [
    ...unknownFields('readable', policy.readable, policy.fields),
    ...unknownFields('writable', policy.writable, policy.fields),
    ...ACTIONS.flatMap((action) => {
      const rule = policy.rules[action];
      const line = `${action}: ${rule?.sentence}`;
      return rule ? ruleMistakes(rule, policy).map((message) => ({ line, message })) : [];
    }),
    ...unfillable(policy),
    ...wronglyCached(policy),
    ...wrongReferences(policy, policies),
  ];
}

function unknownFields(line: string, names: readonly string[], fields: Fields): Mistake[] {
  return names
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => ({ line, message: notAField(name, fields) }));
}

function ruleMistakes({ ownerFields, roles, narrowed }: Rule, policy: Policy): string[] {
  const { fields, readable, writable, as } = policy;
  const owners = ownerFields.flatMap((owner) => {
    if (owner === '_owner')
      return as === 'member' ? [] : ['_owner names the app on rows that the app inserts; use another field'];
    if (!Object.hasOwn(fields, owner)) return [notAField(owner, fields)];
    // Else a member could hand a row to somebody else, or take one.
    if (writable.includes(owner)) return [`${owner} decides whose a row is, so it cannot be writable`];
    // Whoever sees a row can tell by it whose it is, and what Wix answers is checked by it.
    return readable.includes(owner) ? [] : [`rows are selected by ${owner}, so it must be readable`];
  });
  const unknown = narrowed.filter((name) => !Object.hasOwn(fields, name));
  const outside = narrowed.filter(
    (name) => Object.hasOwn(fields, name) && !readable.includes(name) && !writable.includes(name),
  );
  return [
    ...owners,
    ...roles.filter((key) => !ROLE_KEY.test(key)).map((key) => `${JSON.stringify(key)} is not a role’s key`),
    ...unknown.map((name) => notAField(name, fields)),
    ...outside.map((name) => `${name} is neither readable nor writable, so nothing is left of it`),
  ];
}

function unfillable({ fields, writable, rules }: Policy): Mistake[] {
  const { insert } = rules;
  if (!insert) return [];
  return Object.entries(fields)
    .filter(([name, { required, initial }]) => {
      return required && !initial && !writable.includes(name) && !insert.ownerFields.includes(name);
    })
    .map(([name]) => ({
      line: `insert: ${insert.sentence}`,
      message: `${name} is required, but nothing fills it in`,
    }));
}

/** A day: whoever wants answers older than that wants no database. */
const LONGEST_CACHED_SECONDS = 24 * 60 * 60;

function wronglyCached({ rules, as, cached }: Policy): Mistake[] {
  if (cached === null) return [];
  const { seconds } = cached;
  const sensible = Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_CACHED_SECONDS;
  return [
    // What is kept is given to everybody.
    ...(rules.query === anyone ? [] : ['only what anyone may read can be kept']),
    // Each elevated call has a decision and lines of its own.
    ...(as === 'member' ? [] : ['what runs as the app is asked for anew each time']),
    ...(sensible ? [] : [`the seconds must be a whole number from 1 to ${LONGEST_CACHED_SECONDS}`]),
  ].map((message) => ({ line: `cached: ${seconds} seconds`, message }));
}

function wrongReferences({ fields, as }: Policy, policies: Readonly<Record<string, Policy>>): Mistake[] {
  return Object.entries(fields).flatMap(([name, { collection }]) => {
    if (collection === null) return [];
    const line = `fields: ${name}`;
    const other = Object.hasOwn(policies, collection) ? policies[collection] : undefined;
    if (!other) return [{ line, message: `refers to ${collection}, which is not declared` }];
    // An item and what is included in it come in one call, which runs as one of both.
    if (other.as !== as)
      return [
        { line, message: `refers to ${collection}, which runs as the ${other.as} and not as the ${as}` },
      ];
    return [];
  });
}

function notAField(name: string, fields: Fields): string {
  const near = Object.keys(fields).find((field) => distance(field.toLowerCase(), name.toLowerCase()) <= 2);
  return `${name} is not a field${near === undefined ? '' : `; did you mean ${near}?`}`;
}

/** How many letters differ: Levenshtein's distance. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, letter] of Array.from(one).entries()) {
    const next = [at + 1];
    for (const [column, against] of Array.from(other).entries()) {
      const replaced = (row[column] ?? 0) + (letter === against ? 0 : 1);
      next.push(Math.min(replaced, (next[column] ?? 0) + 1, (row[column + 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
