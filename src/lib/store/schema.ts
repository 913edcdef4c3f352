/** Rows as they stand in our own database. Times are epoch milliseconds: both databases compare them alike. */
export type MemberRow = {
  /** The member's id at Wix. */
  id: string;
  /** Login e-mail in canonical form. */
  email: string;
  email_verified: 0 | 1;
  nickname: string | null;
  first_name: string | null;
  last_name: string | null;
  updated_at: number;
};

export type SessionRow = {
  /** SHA-256 of the token in hex: a stolen table holds no usable credential. */
  id: string;
  member_id: string;
  /** Slides with use. */
  expires_at: number;
  /** Never slides. */
  absolute_expires_at: number;
  created_at: number;
  device: string | null;
  /** The member's Wix tokens, sealed with AES-256-GCM. */
  wix_tokens: string;
};

export type Schema = { member: MemberRow; session: SessionRow };
