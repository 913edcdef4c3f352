import type { GatehouseError } from './errors.ts';
import type { TokenStorage } from './storage.ts';

/** What each network method resolves to: the body, and what came around it. */
export interface GatehouseResponse<Result> {
  result: Result;
  status: number;
  headers: Headers;
}

/** The last argument of each network method. */
export interface RequestOptions {
  /** Ends the request early; the promise then rejects with a `GatehouseError` of kind `aborted`. */
  signal?: AbortSignal | undefined;
  /** Milliseconds until the whole answer must have been read; `Infinity` waits for ever. */
  timeoutMs?: number | undefined;
  /**
   * Headers to add, such as `traceparent`. `Authorization`, `Accept`, `Content-Type` and `Cookie`
   * belong to the client: given here, they are left out.
   */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** The last argument of methods that write an item. */
export interface WriteOptions extends RequestOptions {
  /**
   * Names this write: however often it is sent with this key, it is done once. Made for each call; give one of your
   * own, kept with the form, to try again after the app was closed.
   */
  idempotencyKey?: string | undefined;
  /** The `ETag` of the version that may be changed; fails with `precondition-failed` when somebody saved meanwhile. */
  ifMatch?: string | undefined;
}

/** What `new Gatehouse()` takes. */
export interface GatehouseOptions {
  /** Where Gatehouse is, such as `https://members.example.com`, with or without a path prefix. */
  baseUrl: string;
  /** A token kept from an earlier sign-in, or an access token. `null` is welcome: it is what most stores answer. */
  token?: string | null | undefined;
  /** Where the token is kept beyond the life of this object; read at the first call. */
  storage?: TokenStorage | undefined;
  /**
   * Told once when the server no longer knows the token: it expired, or was ended on another device. The call that
   * found out rejects all the same.
   */
  onSessionEnded?: ((error: GatehouseError) => void) | undefined;
  /** Takes the place of the global `fetch`. */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Milliseconds for each call that does not say otherwise, tries and waits included; 30,000 by default. */
  timeoutMs?: number | undefined;
  /** How many more times a call is tried where that is harmless; 2 by default, 0 for none. */
  retries?: number | undefined;
}

/** A member, as Wix knows them. */
export interface Member {
  id: string;
  email: string;
  emailVerified: boolean;
  nickname: string | null;
  firstName: string | null;
  lastName: string | null;
}

export interface LoginArg {
  email: string;
  password: string;
  /** A name for this device, shown to the member in the list of their sessions. */
  device?: string | undefined;
  /** The answer of a solved captcha, after `captcha-required`. */
  captchaToken?: string | undefined;
}

export interface RegisterArg {
  email: string;
  password: string;
  profile?: { firstName?: string | undefined; lastName?: string | undefined; nickname?: string | undefined };
  device?: string | undefined;
  captchaToken?: string | undefined;
}

export interface VerifyArg {
  /** From the answer `EMAIL_VERIFICATION_REQUIRED`. */
  verificationToken: string;
  /** The code from the mail. */
  code: string;
  device?: string | undefined;
}

/** Signed in: the client holds the token from here on. */
export interface LoginSuccess {
  state: 'SUCCESS';
  token: string;
  tokenType: 'Bearer';
  /** ISO 8601, UTC. Slides while the token is used. */
  expiresAt: string;
  member: Member;
}

/** Signed in, or what has to happen first. Switch on `state`. */
export type LoginResult =
  | LoginSuccess
  | { state: 'EMAIL_VERIFICATION_REQUIRED'; verificationToken: string }
  | { state: 'OWNER_APPROVAL_REQUIRED' };

/** One signed-in device of the member. */
export interface SessionInfo {
  /** For `endSession`; it opens nothing. */
  id: string;
  device: string | null;
  createdAt: string;
  /** To the hour. */
  lastSeenAt: string;
  expiresAt: string;
  /** Whether it is this one. */
  current: boolean;
}

/** A personal access token, as it can be seen again: how it begins, never the rest. */
export interface AccessTokenInfo {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

/** What a program is to be allowed, such as `SITConnections:query`, and for how long: 90 days unless said otherwise. */
export type CreateAccessTokenArg = {
  name: string;
  scopes: readonly string[];
} & (
  | { expiresInDays?: number | undefined; expiresAt?: never }
  | { expiresAt?: string | undefined; expiresInDays?: never }
);

/** A declared collection, its fields, and what this member may do with it. */
export interface CollectionDescription {
  name: string;
  fields: { name: string; type: string; required: boolean; writable: boolean }[];
  actions: string[];
}

/** One page of a list. */
export interface ItemsPage<Item> {
  items: Item[];
  page: {
    limit: number;
    /** The cursor of the next page; missing on the last. */
    next?: string;
    /** How many items match in all, when `count` was asked for. */
    total?: number;
  };
}

/** A member's connections. */
export interface ConnectionsResult<Item> {
  result: string;
  items: Item[];
}

/** Collection names and their items when no schema was given: anything goes, nothing is known. */
export type UntypedSchema = Record<string, Record<string, unknown>>;
