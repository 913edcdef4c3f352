import type { Generated } from 'kysely';

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
  /** Keys of their roles at Wix, in small letters: a list as JSON. */
  roles: string;
  /** When they last wrote items, to five seconds; `null` when they never did. */
  wrote_at: number | null;
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
  /** Written at most once an hour. */
  last_seen_at: number;
  device: string | null;
  /** The member's Wix tokens, sealed with AES-256-GCM. */
  wix_tokens: string;
};

export type AccessTokenRow = {
  /** Names the token to its owner; not secret. */
  id: string;
  /** SHA-256 of the token in hex. */
  hash: string;
  /** How the token begins, so that people know which one it is. */
  prefix: string;
  member_id: string;
  name: string;
  /** Scopes, separated by spaces: RFC 6749 §3.3. */
  scopes: string;
  created_at: number;
  /** `null` for one without an end. */
  expires_at: number | null;
  /** Written at most once an hour. */
  last_used_at: number | null;
  /** A copy of its own of the member's Wix tokens, sealed. */
  wix_tokens: string;
};

/** Somebody asked Wix to mail this address a link to set a new password. */
export type PasswordResetRow = { email: string; asked_at: number };

/** Sign-ins of this member that began before this count no more. */
export type SignInFloorRow = { member_id: string; raised_at: number };

/** A one-time code on its way to a native app: RFC 6749 §4.1.2, RFC 7636. */
export type AuthorizationCodeRow = {
  /** SHA-256 of the code in hex. */
  hash: string;
  member_id: string;
  code_challenge: string;
  redirect_uri: string;
  client_id: string | null;
  device: string | null;
  wix_tokens: string;
  expires_at: number;
  /** The session it was exchanged for, or how far an exchange got; `null` while nobody tried. */
  session_id: string | null;
};

/** A write that may be sent again: draft-ietf-httpapi-idempotency-key-header. */
export type IdempotencyKeyRow = {
  /** Hash of whose key it is, and of the key. */
  id: string;
  /** Hash of what was asked with it. */
  fingerprint: string;
  created_at: number;
  /** Until then the one who began is taken to be at work. */
  leased_until: number;
  /** What it was answered with, sealed; `null` until then. */
  answer: string | null;
};

export type Schema = {
  member: Omit<MemberRow, 'roles'> & { roles: Generated<string> };
  session: SessionRow;
  access_token: AccessTokenRow;
  password_reset: PasswordResetRow;
  sign_in_floor: SignInFloorRow;
  authorization_code: AuthorizationCodeRow;
  idempotency_key: IdempotencyKeyRow;
};
