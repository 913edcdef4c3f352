/** A rule as its sentence says it, read without the code that decides by it. */
export type RuleText =
  | Readonly<{ kind: 'anyone' | 'any member' }>
  | Readonly<{ kind: 'owned by' | 'owned by e-mail' | 'participant in'; field: string }>
  | Readonly<{ kind: 'role'; role: string }>
  | Readonly<{ kind: 'and' | 'or'; parts: readonly RuleText[] }>
  | Readonly<{ kind: 'reading' | 'writing'; fields: readonly string[]; rule: RuleText }>;

/** Keys of roles in small letters. */
export type Person = Readonly<{ id: string; email: string; verified: boolean; roles: readonly string[] }>;
export type Row = Readonly<Record<string, unknown>>;

/**
 * Reads the sentence of a declared rule.
 * @throws {Error} for a kind of rule that is not known here: it would go untested.
 */
export function readRule(sentence: string): RuleText {
  const narrowed = splitOutside(sentence, /, (?=(?:reading|writing) )/);
  if (narrowed.length > 1) {
    const [, kind = '', fields = ''] = /^(reading|writing) (.+)$/.exec(narrowed.at(-1) ?? '') ?? [];
    const rule = readRule(narrowed.slice(0, -1).join(', '));
    return { kind: kind as 'reading' | 'writing', fields: fields.split(', '), rule };
  }
  for (const kind of ['and', 'or'] as const) {
    const parts = splitOutside(sentence, new RegExp(` ${kind} (?=\\()`));
    if (parts.length > 1) return { kind, parts: parts.map((part) => readRule(part.slice(1, -1))) };
  }
  if (sentence === 'anyone' || sentence === 'any member') return { kind: sentence };
  const [, named] = /^role (\w+)$/.exec(sentence) ?? [];
  if (named !== undefined) return { kind: 'role', role: named };
  const [, kind = '', field = ''] = /^(owned by e-mail|owned by|participant in) (\w+)$/.exec(sentence) ?? [];
  if (kind === 'owned by' || kind === 'owned by e-mail' || kind === 'participant in') return { kind, field };
  throw new Error(`no test knows the rule “${sentence}”: teach it to tests/policy/rule-text.ts`);
}

/** Cuts where no bracket is open. */
function splitOutside(text: string, at: RegExp): string[] {
  const pieces = text.split(at);
  const cut = at.source.startsWith(',') ? ', ' : at.source.slice(0, at.source.indexOf('('));
  return pieces.reduce<string[]>((whole, piece) => {
    const last = whole.at(-1);
    if (last === undefined || isBalanced(last)) return [...whole, piece];
    return [...whole.slice(0, -1), last + cut + piece];
  }, []);
}

function isBalanced(text: string): boolean {
  return text.split('(').length === text.split(')').length;
}

/** Whether the rule has anything to say to this person; `null` is a visitor, whom signing in could help. */
export function admits(rule: RuleText, person: Person | null): boolean {
  switch (rule.kind) {
    case 'anyone':
      return true;
    case 'role':
      return person !== null && person.roles.includes(rule.role.toLowerCase());
    case 'and':
      return rule.parts.every((part) => admits(part, person));
    case 'or':
      return rule.parts.some((part) => admits(part, person));
    case 'reading':
    case 'writing':
      return admits(rule.rule, person);
    default:
      return person !== null;
  }
}

/** Whether any row could be this person's. */
export function couldOwn(rule: RuleText, person: Person | null): boolean {
  switch (rule.kind) {
    case 'owned by e-mail':
      return person !== null && person.verified;
    case 'and':
      return rule.parts.every((part) => couldOwn(part, person));
    case 'or':
      return rule.parts.some((part) => couldOwn(part, person));
    case 'reading':
    case 'writing':
      return couldOwn(rule.rule, person);
    default:
      return admits(rule, person);
  }
}

export function reaches(rule: RuleText, person: Person | null, row: Row): boolean {
  switch (rule.kind) {
    case 'owned by':
      return person !== null && row[rule.field] === person.id;
    case 'owned by e-mail':
      return person !== null && person.verified && row[rule.field] === person.email;
    case 'participant in': {
      const list = row[rule.field];
      return person !== null && Array.isArray(list) && list.includes(person.id);
    }
    case 'and':
      return rule.parts.every((part) => reaches(part, person, row));
    case 'or':
      return rule.parts.some((part) => reaches(part, person, row));
    case 'reading':
    case 'writing':
      return reaches(rule.rule, person, row);
    default:
      return admits(rule, person);
  }
}

/** The fields by which a row becomes this person's. */
export function ownership(rule: RuleText, person: Person): Row {
  switch (rule.kind) {
    case 'owned by':
      return { [rule.field]: person.id };
    case 'owned by e-mail':
      return { [rule.field]: person.email };
    case 'participant in':
      return { [rule.field]: [person.id] };
    case 'and':
    case 'or':
      return Object.assign({}, ...rule.parts.map((part) => ownership(part, person))) as Row;
    case 'reading':
    case 'writing':
      return ownership(rule.rule, person);
    default:
      return {};
  }
}

/** The fields that `reading` or `writing` leaves, where the rule as a whole says so; `null` leaves all. */
export function narrowedTo(rule: RuleText, kind: 'reading' | 'writing'): readonly string[] | null {
  if (rule.kind === 'and') {
    const [first, ...others] = rule.parts
      .map((part) => narrowedTo(part, kind))
      .filter((fields) => fields !== null);
    return first?.filter((field) => others.every((other) => other.includes(field))) ?? null;
  }
  if (rule.kind !== 'reading' && rule.kind !== 'writing') return null;
  const inner = narrowedTo(rule.rule, kind);
  if (rule.kind !== kind) return inner;
  return inner ? rule.fields.filter((field) => inner.includes(field)) : rule.fields;
}
