/** Somebody who has not signed in. */
export type Visitor = Readonly<{ kind: 'visitor' }>;

/** The row that vouches for somebody: one signed-in device, or one personal access token. */
export type CredentialRef = Readonly<{ kind: 'session' | 'access-token'; id: string }>;

/** Somebody whose credential was checked; every field comes from there, never from the request. */
export type Member = Readonly<{
  kind: 'member';
  /** The member's id at Wix. */
  id: string;
  /** Login e-mail in canonical form. */
  email: string;
  emailVerified: boolean;
  /** Keys of their roles at Wix, in small letters, as Wix named them last. */
  roles: readonly string[];
  credential: CredentialRef;
  /** What a personal access token was made for; `null` for a session, which may do all its member may. */
  scopes: readonly string[] | null;
  /** When they last wrote items here, to five seconds; absent when they never did. */
  wroteAt?: Date;
}>;

export type Actor = Visitor | Member;

export const visitor: Visitor = Object.freeze({ kind: 'visitor' });
