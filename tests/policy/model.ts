import { matches, type Filter } from '../conformance/filter-model.ts';
import { admits, couldOwn, reaches, type Person, type RuleText } from './rule-text.ts';

/**
 * What a policy means, said a second time: over rows in memory, by plain loops. Shares no code with src/lib/policy and
 * knows nothing of Wix's filters but what the judge of the emulator's filters knows.
 */

export type Action = 'query' | 'insert' | 'update' | 'remove';
export type FieldKind = 'text' | 'number' | 'boolean' | 'date' | 'texts';
/** A row as Wix stores it: instants as `{$date}`. */
export type StoredRow = Record<string, unknown> & { _id: string };

/** A collection as its declaration says it. */
export type Shape = Readonly<{
  kinds: Readonly<Record<string, FieldKind>>;
  initial: Readonly<Record<string, unknown>>;
  readable: readonly string[];
  writable: readonly string[];
  rules: Readonly<Partial<Record<Action, RuleText>>>;
}>;

/** `scopes` are the actions that an access token was made for; `null` for a session. */
export type Asker = Readonly<{ person: Person | null; scopes: readonly Action[] | null }>;

export type Question = Readonly<{
  filter: Filter;
  sort: readonly string[];
  fields: readonly string[] | undefined;
}>;

export type Shown = Readonly<Record<string, unknown>>;
export type Outcome<Value> = Readonly<{ refused: string } | { value: Value }>;

const SYSTEM: Readonly<Record<string, FieldKind>> = { _id: 'text', _createdDate: 'date' };

export class Model {
  readonly rows: Map<string, StoredRow>;
  readonly #shape: Shape;

  constructor(shape: Shape, rows: readonly StoredRow[]) {
    this.#shape = shape;
    this.rows = new Map(rows.map((row) => [row._id, { ...row }]));
  }

  query(asker: Asker, { filter, sort, fields }: Question): Outcome<Shown[]> {
    const refused = this.#refusal(asker, 'query');
    if (refused !== null) return { refused };
    const readable = this.#readable(asker, 'query');
    const named = [...fieldsIn(filter), ...sort.map((key) => key.replace('-', '')), ...(fields ?? [])];
    if (named.some((name) => !readable.includes(name))) return { refused: 'invalid-request' };
    const found = this.#reached(asker, 'query').filter((row) => matches(row, this.#atWix(filter)));
    const keys = sort.length > 0 ? sort : ['-_createdDate'];
    const order = [...keys, keys.at(-1)?.startsWith('-') ? '-_id' : '_id'];
    found.sort((one, other) => this.#compare(one, other, order));
    return { value: found.map((row) => this.#shown(row, readable, fields)) };
  }

  get(asker: Asker, id: string): Outcome<Shown> {
    const refused = this.#refusal(asker, 'query');
    if (refused !== null) return { refused };
    const row = this.#reached(asker, 'query').find(({ _id }) => _id === id);
    return row ? { value: this.#shown(row, this.#readable(asker, 'query')) } : { refused: 'not-found' };
  }

  patch(asker: Asker, id: string, changes: Shown): Outcome<Shown> {
    const refused = this.#refusal(asker, 'update') ?? this.#unwritable(asker, 'update', changes);
    if (refused !== null) return { refused };
    const row = this.#reached(asker, 'update').find(({ _id }) => _id === id);
    if (!row) return { refused: 'not-found' };
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) delete row[name];
      else row[name] = this.#stored(name, value);
    }
    return { value: this.#shown(row, this.#readable(asker, 'update')) };
  }

  remove(asker: Asker, id: string): Outcome<null> {
    const refused = this.#refusal(asker, 'remove');
    if (refused !== null) return { refused };
    if (!this.#reached(asker, 'remove').some(({ _id }) => _id === id)) return { refused: 'not-found' };
    this.rows.delete(id);
    return { value: null };
  }

  /** @param given what Wix makes up: the id and when the row was made. */
  insert(asker: Asker, fields: Shown, given: () => StoredRow): Outcome<Shown> {
    const refused = this.#refusal(asker, 'insert') ?? this.#unwritable(asker, 'insert', fields);
    if (refused !== null) return { refused };
    const rule = this.#shape.rules.insert as RuleText;
    const row: StoredRow = { ...this.#shape.initial, ...given() };
    for (const [name, value] of Object.entries(fields)) row[name] = this.#stored(name, value);
    Object.assign(row, stampsOf(rule, asker.person));
    this.rows.set(row._id, row);
    return { value: this.#shown(row, this.#readable(asker, 'insert')) };
  }

  #refusal({ person, scopes }: Asker, action: Action): string | null {
    const rule = this.#shape.rules[action];
    if (!rule) return 'forbidden';
    if (scopes && !scopes.includes(action)) return 'insufficient-scope';
    if (!admits(rule, person)) return person === null ? 'unauthenticated' : 'forbidden';
    return action === 'insert' && !couldOwn(rule, person) ? 'forbidden' : null;
  }

  #unwritable({ person }: Asker, action: Action, fields: Shown): string | null {
    const left = fieldsLeft(this.#shape.rules[action] as RuleText, person, 'writing');
    const may = this.#shape.writable.filter((name) => left === null || left.includes(name));
    return Object.keys(fields).every((name) => may.includes(name)) ? null : 'invalid-request';
  }

  #readable({ person }: Asker, action: Action): string[] {
    const left = fieldsLeft(this.#shape.rules[action] as RuleText, person, 'reading');
    const declared = this.#shape.readable.filter((name) => left === null || left.includes(name));
    return [...Object.keys(SYSTEM), ...declared];
  }

  #reached({ person }: Asker, action: Action): StoredRow[] {
    const rule = this.#shape.rules[action] as RuleText;
    return [...this.rows.values()].filter((row) => reaches(rule, person, row));
  }

  #shown(row: StoredRow, readable: readonly string[], fields?: readonly string[]): Shown {
    const names = readable.filter((name) => name === '_id' || !fields || fields.includes(name));
    return Object.fromEntries(
      names.filter((name) => row[name] !== undefined).map((name) => [name, momentIn(row[name])]),
    );
  }

  #stored(name: string, value: unknown): unknown {
    return this.#kind(name) === 'date' && typeof value === 'string' ? { $date: value } : value;
  }

  #kind(name: string): FieldKind | undefined {
    return SYSTEM[name] ?? this.#shape.kinds[name];
  }

  /** The filter with instants as Wix writes them. */
  #atWix(filter: Filter): Filter {
    const operand = (name: string, value: unknown): unknown => {
      if (Array.isArray(value)) return value.map((entry) => operand(name, entry));
      if (typeof value !== 'object' || value === null) return this.#stored(name, value);
      return Object.fromEntries(
        Object.entries(value).map(([operator, inner]) => [operator, operand(name, inner)]),
      );
    };
    return Object.fromEntries(
      Object.entries(filter).map(([key, value]) => [
        key,
        key.startsWith('$') ? (value as Filter[]).map((part) => this.#atWix(part)) : operand(key, value),
      ]),
    );
  }

  #compare(one: StoredRow, other: StoredRow, order: readonly string[]): number {
    for (const key of order) {
      const name = key.replace('-', '');
      const difference = compareValues(momentIn(one[name]), momentIn(other[name]));
      if (difference !== 0) return key.startsWith('-') ? -difference : difference;
    }
    return 0;
  }
}

/** What stands in a row of whoever inserts it; of several rules that would do, the first that lets one in. */
function stampsOf(rule: RuleText, person: Person | null): Shown {
  switch (rule.kind) {
    case 'owned by':
      return { [rule.field]: person?.id };
    case 'owned by e-mail':
      return { [rule.field]: person?.email };
    case 'participant in':
      return { [rule.field]: [person?.id] };
    case 'and':
      return Object.assign({}, ...rule.parts.map((part) => stampsOf(part, person))) as Shown;
    case 'or': {
      const first = rule.parts.find((part) => couldOwn(part, person));
      return first ? stampsOf(first, person) : {};
    }
    case 'reading':
    case 'writing':
      return stampsOf(rule.rule, person);
    default:
      return {};
  }
}

type Left = readonly string[] | null;

/** The fields that a rule leaves to this person; `null` when it says nothing of fields. */
function fieldsLeft(rule: RuleText, person: Person | null, kind: 'reading' | 'writing'): Left {
  switch (rule.kind) {
    case 'reading':
    case 'writing': {
      const inner = fieldsLeft(rule.rule, person, kind);
      return rule.kind === kind ? common([rule.fields, inner]) : inner;
    }
    case 'and':
      return common(rule.parts.map((part) => fieldsLeft(part, person, kind)));
    case 'or': {
      const useful = rule.parts.filter((part) => couldOwn(part, person));
      if (useful.length === 0) {
        const first = rule.parts.find((part) => admits(part, person));
        return first ? fieldsLeft(first, person, kind) : null;
      }
      // A part that gives every row may show its fields on every row; else each part must.
      const everywhere = useful.filter((part) => givesAll(part, person));
      const lists = (parts: readonly RuleText[]) => parts.map((part) => fieldsLeft(part, person, kind));
      if (everywhere.length === 0) return common(lists(useful));
      const joined = lists(everywhere);
      return joined.includes(null) ? null : joined.flatMap((list) => list ?? []);
    }
    default:
      return null;
  }
}

function givesAll(rule: RuleText, person: Person | null): boolean {
  switch (rule.kind) {
    case 'anyone':
      return true;
    case 'any member':
    case 'role':
      return admits(rule, person);
    case 'and':
      return rule.parts.every((part) => givesAll(part, person));
    case 'or':
      return rule.parts.some((part) => givesAll(part, person));
    case 'reading':
    case 'writing':
      return givesAll(rule.rule, person);
    default:
      return false;
  }
}

function common(lists: readonly Left[]): Left {
  const [first, ...others] = lists.filter((list) => list !== null);
  return first?.filter((name) => others.every((other) => other.includes(name))) ?? null;
}

function fieldsIn(filter: Filter): string[] {
  return Object.entries(filter).flatMap(([key, value]) =>
    key.startsWith('$') ? (value as Filter[]).flatMap(fieldsIn) : [key],
  );
}

/** An instant as the API writes it; everything else as it is. */
function momentIn(value: unknown): unknown {
  const date = (value as { $date?: unknown } | null | undefined)?.$date;
  return date ?? value;
}

/** Nothing, then what is less: false before true, texts by code point. */
function compareValues(one: unknown, other: unknown): number {
  const [none, noOther] = [one === undefined, other === undefined];
  if (none || noOther) return Number(noOther) - Number(none);
  if (typeof one === 'string') return Buffer.compare(Buffer.from(one), Buffer.from(String(other)));
  return Number(one) - Number(other);
}
