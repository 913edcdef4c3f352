import type { MemberTokens } from '../wix/member-tokens.ts';
import type { WixMember } from '../wix/members.ts';

/** A session slides this far with every use… */
export const SLIDING_DAYS = 30;
/** …and never lives longer than this, however busy. */
export const ABSOLUTE_DAYS = 90;

export type Session = Readonly<{
  /** The hash of the token; safe to show to the member it belongs to. */
  id: string;
  memberId: string;
  expiresAt: Date;
  device: string | null;
  createdAt: Date;
}>;

export type SessionMember = Pick<
  WixMember,
  'id' | 'email' | 'emailVerified' | 'nickname' | 'firstName' | 'lastName'
>;

/**
 * Where sessions are kept. Everything outside speaks to this and not to the library behind it.
 * A token that is unknown, ended or expired is `null`, not an exception; a store that cannot answer throws.
 */
export interface SessionStore {
  /** Opens a session for a member whom Wix has just vouched for. The token is returned once and never stored. */
  create(opening: {
    member: SessionMember;
    wixTokens: MemberTokens;
    device: string | null;
  }): Promise<{ token: string; session: Session }>;
  /** The session behind a token; extends it when half of its time has gone by, and says so. */
  validate(token: string): Promise<{ session: Session; member: SessionMember; extended: boolean } | null>;
  /** Keeps what Wix has just said of a member: their e-mail, and whether it is verified, decide what they own. */
  remember(member: SessionMember): Promise<void>;
  /** Ends one session; ending what has ended is not an error. */
  end(sessionId: string): Promise<void>;
  /** Removes rows whose time is over. */
  sweep(): Promise<void>;
  wixTokens: WixTokenVault;
}

/** The member's Wix tokens of one session, encrypted at rest. They never leave the server. */
export interface WixTokenVault {
  /** `null` when the session has ended, or its tokens were sealed with another key. */
  read(sessionId: string): Promise<MemberTokens | null>;
  write(sessionId: string, tokens: MemberTokens): Promise<void>;
}
