import type { MemberTokens } from '../wix/member-tokens.ts';
import type { KeptMember, KnownMember } from './member-store.ts';

/** A session slides this far with every use… */
export const SLIDING_DAYS = 30;
/** …and never lives longer than this, however busy. */
export const ABSOLUTE_DAYS = 90;
/** That a session was used is written down this often at most. */
export const LAST_SEEN_EVERY_MS = 60 * 60 * 1000;

/** One device that a member has signed in with. */
export type Session = Readonly<{
  /** The hash of the token; safe to show to the member it belongs to. */
  id: string;
  memberId: string;
  device: string | null;
  createdAt: Date;
  /** To the hour. */
  lastSeenAt: Date;
  expiresAt: Date;
}>;

/**
 * Where sessions are kept. Everything outside speaks to this and not to the library behind it.
 * A token that is unknown, ended or expired is `null`, not an exception; a store that cannot answer throws.
 */
export interface SessionStore {
  /** Opens a session for a member whom Wix has just vouched for. The token is returned once and never stored. */
  create(opening: {
    member: KnownMember;
    wixTokens: MemberTokens;
    device: string | null;
  }): Promise<{ token: string; session: Session }>;
  /** The session behind a token; extends it when half of its time has gone by, and says so. */
  validate(token: string): Promise<{ session: Session; member: KeptMember; extended: boolean } | null>;
  /** The member's sessions that still live, the last used first. */
  list(memberId: string): Promise<readonly Session[]>;
  /** Ends one session; ending what has ended is not an error. */
  end(sessionId: string): Promise<void>;
  /** Ends one session if it is the member's own; says whether it was there. */
  endOwn(memberId: string, sessionId: string): Promise<boolean>;
  /** Ends all sessions of a member, but for one when that is named. */
  endAll(memberId: string, except?: string): Promise<void>;
  /** Removes rows whose time is over. */
  sweep(): Promise<void>;
}
