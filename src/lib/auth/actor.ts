/** Somebody who has not signed in. */
export type Visitor = Readonly<{ kind: 'visitor' }>;

/** Somebody whose credential was checked; every field comes from there, never from the request. */
export type Member = Readonly<{
  kind: 'member';
  /** The member's id at Wix. */
  id: string;
  /** Login e-mail in canonical form. */
  email: string;
  emailVerified: boolean;
  sessionId: string;
}>;

export type Actor = Visitor | Member;

export const visitor: Visitor = Object.freeze({ kind: 'visitor' });
