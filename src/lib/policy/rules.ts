import type { Member, Visitor } from '../auth/actor.ts';
import { both, either, isEverything, NOTHING, type RowFilter } from './filter.ts';

/** What a rule says to one actor. */
export type Verdict =
  | Readonly<{
      allowed: true;
      rows: RowFilter;
      /** Written on insert, whatever the body says. */
      stamps: Stamps;
      limits: Limits;
    }>
  | Readonly<{ allowed: false; because: 'signed-out' | 'without-role' }>;

export type Stamps = Readonly<Record<string, unknown>>;

/** The fields a rule leaves of those the collection names; `null` leaves them all. */
export type Limits = Readonly<{ readable: readonly string[] | null; writable: readonly string[] | null }>;

/** What rules look at: whoever asks, and of a member what names them. */
export type Asking = Visitor | Readonly<Pick<Member, 'kind' | 'id' | 'email' | 'emailVerified' | 'roles'>>;

type AskingMember = Exclude<Asking, Visitor>;

/**
 * A rule maps whoever asks to the rows they may reach, so the line that decides is the line that selects.
 * @template Who more than every rule looks at, where more is known of them.
 */
export type Rule<Who = Asking> = Readonly<{
  /** Reads aloud, for the journal: "owned by e-mail memberEmail". */
  sentence: string;
  /** The fields that say whose a row is; set by the server only. */
  ownerFields: readonly string[];
  /** The roles it asks for, in small letters. */
  roles: readonly string[];
  /** The fields it names when it narrows what may be read or written. */
  narrowed: readonly string[];
  decide: (actor: Who) => Verdict;
}>;

const UNLIMITED: Limits = { readable: null, writable: null };
const signedOut: Verdict = { allowed: false, because: 'signed-out' };
const withoutRole: Verdict = { allowed: false, because: 'without-role' };

const allowed = (rows: RowFilter, stamps: Stamps = {}): Verdict => ({
  allowed: true,
  rows,
  stamps,
  limits: UNLIMITED,
});

/** Everybody, signed in or not. */
export const anyone: Rule = {
  sentence: 'anyone',
  ownerFields: [],
  roles: [],
  narrowed: [],
  decide: () => allowed({}),
};

const forMembers = (
  sentence: string,
  ownerFields: readonly string[],
  decide: (member: AskingMember) => Verdict,
): Rule => ({
  sentence,
  ownerFields,
  roles: [],
  narrowed: [],
  decide: (actor) => (actor.kind === 'member' ? decide(actor) : signedOut),
});

/** Everybody who has signed in. */
export const anyMember: Rule = forMembers('any member', [], () => allowed({}));

/**
 * The member whose id stands in `field`: the rule to prefer, since ids never change hands. `_owner` may be named where
 * calls run as the member, since Wix itself writes it then.
 */
export function ownedBy(field: string): Rule {
  return forMembers(`owned by ${field}`, [field], ({ id }) =>
    allowed({ [field]: id }, field === '_owner' ? {} : { [field]: id }),
  );
}

/**
 * The member whose login e-mail stands in `field`, for collections that know people by e-mail.
 * Only a verified e-mail owns anything: else whoever registers with a stranger's address would own the stranger's rows.
 */
export function ownedByEmail(field: string): Rule {
  return forMembers(`owned by e-mail ${field}`, [field], ({ email, emailVerified }) =>
    emailVerified ? allowed({ [field]: email }, { [field]: email }) : allowed(NOTHING),
  );
}

/** Every member whose id stands in the list `field`. Whoever inserts a row is its first participant. */
export function participant(field: string): Rule {
  return forMembers(`participant in ${field}`, [field], ({ id }) =>
    allowed({ [field]: { $hasSome: [id] } }, { [field]: [id] }),
  );
}

/**
 * Every row for members who have this role at Wix, and none for others: they are refused, unless another rule of an
 * `or` lets them in. Whoever owns the site has no role by that alone, only what Wix names.
 * @param key in any letter case: Wix wants keys in capitals, so no two differ by case.
 */
export function role(key: string): Rule {
  const wanted = key.toLowerCase();
  return {
    ...forMembers(`role ${key}`, [], ({ roles }) => (roles.includes(wanted) ? allowed({}) : withoutRole)),
    roles: [wanted],
  };
}

/** Whoever satisfies every rule, on the rows that all of them select. */
export function and<Who>(...rules: readonly Rule<Who>[]): Rule<Who> {
  return {
    ...together(rules, 'and'),
    decide: (actor) =>
      rules
        .map(({ decide }) => decide(actor))
        .reduce((one, other) => {
          if (!one.allowed) return one;
          if (!other.allowed) return other;
          return {
            allowed: true,
            rows: both(one.rows, other.rows),
            stamps: { ...one.stamps, ...other.stamps },
            limits: eachLimit(one.limits, other.limits, common),
          };
        }),
  };
}

/**
 * Whoever satisfies one rule at least, on the rows that any of them selects. Where rules leave different fields, those
 * are left that every selected row may show. An inserted row gets the stamps of the first rule that lets one in.
 */
export function or<Who>(...rules: readonly Rule<Who>[]): Rule<Who> {
  return {
    ...together(rules, 'or'),
    decide(actor) {
      const verdicts = rules.map(({ decide }) => decide(actor));
      const open = verdicts.filter((verdict) => verdict.allowed);
      const useful = open.filter(({ rows }) => rows !== NOTHING);
      const [first = open[0], ...others] = useful;
      if (!first) return verdicts[0] ?? signedOut;
      const everywhere = useful.filter(({ rows }) => isEverything(rows)).map(({ limits }) => limits);
      const limits =
        everywhere.length > 0
          ? everywhere.reduce((one, other) => eachLimit(one, other, joined))
          : others.reduce((one, other) => eachLimit(one, other.limits, common), first.limits);
      return { allowed: true, rows: either(useful.map(({ rows }) => rows)), stamps: first.stamps, limits };
    },
  };
}

/** The rule, but of the readable fields only these. */
export function reading<Who>(fields: readonly string[], rule: Rule<Who>): Rule<Who> {
  return narrowed(rule, fields, `reading ${fields.join(', ')}`, { readable: fields, writable: null });
}

/** The rule, but of the writable fields only these. */
export function writing<Who>(fields: readonly string[], rule: Rule<Who>): Rule<Who> {
  return narrowed(rule, fields, `writing ${fields.join(', ')}`, { readable: null, writable: fields });
}

function narrowed<Who>(rule: Rule<Who>, fields: readonly string[], words: string, limits: Limits): Rule<Who> {
  return {
    ...rule,
    sentence: `${rule.sentence}, ${words}`,
    narrowed: [...rule.narrowed, ...fields],
    decide(actor) {
      const verdict = rule.decide(actor);
      if (!verdict.allowed) return verdict;
      return { ...verdict, limits: eachLimit(verdict.limits, limits, common) };
    },
  };
}

function together<Who>(rules: readonly Rule<Who>[], word: 'and' | 'or'): Omit<Rule<Who>, 'decide'> {
  if (rules.length < 2) throw new Error(`"${word}" joins two rules at least`);
  return {
    sentence: rules.map(({ sentence }) => `(${sentence})`).join(` ${word} `),
    ownerFields: rules.flatMap(({ ownerFields }) => ownerFields),
    roles: rules.flatMap(({ roles }) => roles),
    narrowed: rules.flatMap((rule) => rule.narrowed),
  };
}

type Join = (one: readonly string[] | null, other: readonly string[] | null) => readonly string[] | null;

function eachLimit(one: Limits, other: Limits, join: Join): Limits {
  return {
    readable: join(one.readable, other.readable),
    writable: join(one.writable, other.writable),
  };
}

const common: Join = (one, other) =>
  one && other ? one.filter((field) => other.includes(field)) : (one ?? other);

const joined: Join = (one, other) => (one && other ? [...new Set([...one, ...other])] : null);
