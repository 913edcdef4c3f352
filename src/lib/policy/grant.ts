import type { Action, FieldAccess, RunsAs } from './collection.ts';
import type { CollectionName } from './collections.ts';
import type { RowFilter } from './filter.ts';
import type { Stamps } from './rules.ts';

declare const grantedFor: unique symbol;

/** Proof that policy allowed `A` on the collection `C`. The row filter rides along, so no caller can drop it. */
export type Grant<A extends Action = Action, C extends CollectionName = CollectionName> = Readonly<{
  kind: 'collection';
  /** Names this decision in the journal. */
  decision: string;
  action: A;
  collection: C;
  /** `null` for a visitor. */
  memberId: string | null;
  rule: string;
  as: RunsAs;
  rows: RowFilter;
  /** Written on insert, whatever the body says. */
  stamps: Stamps;
  /** What this actor may see and set of it. */
  access: FieldAccess;
  [grantedFor]: A;
}>;

/** App-level rights that belong to no collection. */
export const CAPABILITIES = ['site-properties:read'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** Proof that policy allowed a capability. */
export type CapabilityGrant<C extends Capability = Capability> = Readonly<{
  kind: 'capability';
  decision: string;
  capability: C;
  memberId: string;
  rule: string;
  [grantedFor]: C;
}>;

/** App-level rights that the site uses on its own account, and nobody can ask for. */
export const SYSTEM_CAPABILITIES = ['members:look-after', 'member-roles:learn', 'site:examine'] as const;
export type SystemCapability = (typeof SYSTEM_CAPABILITIES)[number];

/** Proof that the site itself is at work, and not whoever asks. */
export type SystemGrant<C extends SystemCapability = SystemCapability> = Readonly<{
  kind: 'system';
  decision: string;
  capability: C;
  /** The one member it is about; `null` for whoever is signed in. */
  memberId: string | null;
  rule: string;
  [grantedFor]: C;
}>;

const minted = new WeakSet<object>();

/** For `authorize` alone: turns a decision into a Grant that `assertGrant` will know. */
export function mint<Proof extends Grant | CapabilityGrant | SystemGrant>(
  decision: Omit<Proof, typeof grantedFor>,
): Proof {
  const grant = Object.freeze(decision);
  minted.add(grant);
  return grant as Proof;
}

/**
 * The type stops honest mistakes at compile time, this stops casts at run time.
 * @throws {TypeError} when the value was not minted by `authorize`, or for another action.
 */
export function assertGrant(grant: Grant, action: Action): void {
  if (!minted.has(grant) || grant.kind !== 'collection' || grant.action !== action) {
    throw new TypeError(`expected a Grant for ${action} from authorize()`);
  }
}

/** @throws {TypeError} when the value was not minted by `authorizeCapability`, or for another capability. */
export function assertCapability(grant: CapabilityGrant, capability: Capability): void {
  if (!minted.has(grant) || grant.kind !== 'capability' || grant.capability !== capability) {
    throw new TypeError(`expected a Grant for ${capability} from authorizeCapability()`);
  }
}

/** @throws {TypeError} when the value was not minted by `authorizeSystem`, or for another capability. */
export function assertSystem(grant: SystemGrant, capability: SystemCapability): void {
  if (!minted.has(grant) || grant.kind !== 'system' || grant.capability !== capability) {
    throw new TypeError(`expected a Grant for ${capability} from authorizeSystem()`);
  }
}
