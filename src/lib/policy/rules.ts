import type { Actor } from '../auth/actor.ts';
import { NOTHING, type RowFilter } from './filter.ts';

/** What a rule says to one actor. */
export type Verdict =
  | Readonly<{
      allowed: true;
      rows: RowFilter;
      /** Written on insert, whatever the body says. */ stamps: Stamps;
    }>
  | Readonly<{ allowed: false; because: 'signed-out' }>;

export type Stamps = Readonly<Record<string, string>>;

/** A rule maps an actor to the rows they may reach, so the line that decides is the line that selects. */
export type Rule = Readonly<{
  /** Reads aloud, for the journal: "owned by e-mail memberEmail". */
  sentence: string;
  /** The field that says whose a row is; set by the server only. */
  ownerField: string | null;
  decide: (actor: Actor) => Verdict;
}>;

const signedOut: Verdict = { allowed: false, because: 'signed-out' };

/** Everybody, signed in or not. */
export const anyone: Rule = {
  sentence: 'anyone',
  ownerField: null,
  decide: () => ({ allowed: true, rows: {}, stamps: {} }),
};

/** Everybody who has signed in. */
export const anyMember: Rule = {
  sentence: 'any member',
  ownerField: null,
  decide: (actor) => (actor.kind === 'member' ? { allowed: true, rows: {}, stamps: {} } : signedOut),
};

/** The member whose id stands in `field`: the rule to prefer, since ids never change hands. */
export function ownedBy(field: string): Rule {
  return {
    sentence: `owned by ${field}`,
    ownerField: field,
    decide: (actor) =>
      actor.kind === 'member'
        ? { allowed: true, rows: { [field]: actor.id }, stamps: { [field]: actor.id } }
        : signedOut,
  };
}

/**
 * The member whose login e-mail stands in `field`, for collections that know people by e-mail.
 * Only a verified e-mail owns anything: else whoever registers with a stranger's address would own the stranger's rows.
 */
export function ownedByEmail(field: string): Rule {
  return {
    sentence: `owned by e-mail ${field}`,
    ownerField: field,
    decide: (actor) => {
      if (actor.kind !== 'member') return signedOut;
      if (!actor.emailVerified) return { allowed: true, rows: NOTHING, stamps: {} };
      return { allowed: true, rows: { [field]: actor.email }, stamps: { [field]: actor.email } };
    },
  };
}
