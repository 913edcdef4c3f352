/**
 * Types of a list query: what may be filtered, sorted and projected follows from the item's own type.
 * Nothing here exists at run time.
 */

/** The field names of an item. */
export type Field<Item> = Extract<keyof Item, string>;

/** `name` sorts upwards, `-name` downwards. */
export type Sort<Item> = Field<Item> | `-${Field<Item>}`;

/** The item when nothing was projected, else the fields asked for and `_id`, which always comes along. */
export type Projected<Item, F extends Field<Item>> = [Field<Item>] extends [F]
  ? Item
  : Pick<Item, F | Extract<'_id', Field<Item>>>;

/** Some fields of an item; `null` empties one that is optional. */
export type Changes<Item> = {
  [F in keyof Item]?: Item[F] | (undefined extends Item[F] ? null : never);
};

/** A list field matches when one of its elements does, so conditions speak of the element. */
type Element<Value> = Value extends readonly (infer E)[] ? E : Value;

/** `'open' | 'closed'` is compared as text: `{ $gte: 'c' }`. */
type Comparable<Value> = Value extends string ? string : Value extends number ? number : never;

interface AnyOperators<Value> {
  $eq?: Value | null;
  $ne?: Value | null;
  $in?: readonly Value[];
  $exists?: boolean;
}

/** What text and numbers have and booleans have not. */
interface OrderOperators<Value, Given> {
  $hasSome?: readonly Given[];
  $lt?: Value;
  $lte?: Value;
  $gt?: Value;
  $gte?: Value;
}

interface TextOperators {
  /** Ignores case. */
  $contains?: string;
  $startsWith?: string;
  $endsWith?: string;
}

interface ListOperators<Value> {
  $hasSome?: readonly Value[];
  $hasAll?: readonly Value[];
}

/** The operators that make sense for a field of this type. */
export type Operators<Value> = AnyOperators<Element<Value>> &
  ([Comparable<Value>] extends [never] ? unknown : OrderOperators<Comparable<Value>, Value>) &
  ([Extract<Value, string>] extends [never] ? unknown : TextOperators) &
  ([Extract<Value, readonly unknown[]>] extends [never] ? unknown : ListOperators<Element<Value>>);

/** A value to be equal to (`null`: empty or missing), or operators that must all hold. */
export type Condition<Value> = unknown extends Value
  ? unknown
  : NonNullable<Value> | Element<NonNullable<Value>> | null | Operators<NonNullable<Value>>;

/**
 * A Wix filter: `{ status: 'open', createdAt: { $gte: '2026-01-01T00:00:00Z' } }`. Several keys mean AND; `$not`
 * takes a list, as Wix has it.
 */
export type Filter<Item> = { readonly [F in Field<Item>]?: Condition<Item[F]> } & {
  readonly $and?: readonly Filter<Item>[];
  readonly $or?: readonly Filter<Item>[];
  readonly $not?: readonly Filter<Item>[];
};

/** What to list. The server's row filter comes on top: nobody sees another member's items. */
export interface ListQuery<Item, F extends Field<Item> = Field<Item>, I extends string = never> {
  filter?: Filter<Item> | undefined;
  /** One key or several, the most important first. */
  sort?: Sort<Item> | readonly Sort<Item>[] | undefined;
  /** Only these fields come back. */
  fields?: readonly F[] | undefined;
  /** Reference fields whose items are to come along, where their own rule shows them. */
  include?: readonly I[] | undefined;
  /** Counts all matching items too, as `page.total`. */
  count?: boolean | undefined;
  /** Items per page; the server has a default and a maximum. */
  limit?: number | undefined;
  /** `page.next` of the page before, together with the same query. Opaque. */
  cursor?: string | undefined;
}

/** The different values of one field. */
export interface DistinctQuery<Item, F extends Field<Item>> {
  field: F;
  filter?: Filter<Item> | undefined;
  order?: 'asc' | 'desc' | undefined;
  limit?: number | undefined;
}

/** One figure of each group. */
export type Figure<Item> =
  { operation: 'count' } | { operation: 'sum' | 'avg' | 'min' | 'max'; field: Field<Item> };

/** Figures over items, one set for each combination of values grouped by. */
export interface AggregateQuery<Item, G extends Field<Item>, Name extends string> {
  filter?: Filter<Item> | undefined;
  /** Fields whose values make the groups; without any, all items are one. */
  group?: readonly G[] | undefined;
  /** What to work out, each under a name of your own. */
  figures: Readonly<Record<Name, Figure<Item>>>;
  /** By fields grouped by, or by names of figures. */
  sort?: readonly NoInfer<G | Name | `-${G | Name}`>[] | undefined;
  limit?: number | undefined;
}

/** One group: what its items have in common, and the figures. Empty groups have no sum: `null`. */
export type Group<Item, G extends Field<Item>, Name extends string> = Pick<Item, G> &
  Record<Name, number | string | null>;
