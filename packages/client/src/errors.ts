/** The codes Gatehouse answers with. The union is open: a newer server may add to it. */
export type ProblemCode =
  | 'captcha-required'
  | 'conflict'
  | 'cross-site'
  | 'database-unavailable'
  | 'email-already-exists'
  | 'forbidden'
  | 'idempotency-key-in-use'
  | 'idempotency-key-reused'
  | 'insufficient-scope'
  | 'invalid-credentials'
  | 'invalid-request'
  | 'method-not-allowed'
  | 'misdirected-request'
  | 'not-found'
  | 'password-reset-required'
  | 'payload-too-large'
  | 'precondition-failed'
  | 'too-many-requests'
  | 'unauthenticated'
  | 'unexpected'
  | 'unsupported-media-type'
  | 'uri-too-long'
  | 'wix-refused'
  | 'wix-timeout'
  | 'wix-unavailable'
  // Made here, when there was no problem to read.
  | 'aborted'
  | 'network-error'
  | 'redirected'
  | 'storage-failed'
  | 'timeout'
  | 'unreadable-answer'
  | (string & Record<never, never>);

/** What is wrong with one field; `path` is dotted, and empty for the body as a whole. */
export interface FieldError {
  path: string;
  message: string;
}

/** RFC 9457 problem details, with the members Gatehouse adds. */
export interface Problem {
  type: string;
  title: string;
  /** The HTTP status, or 0 when no answer came. */
  status: number;
  detail: string;
  /** What to decide on: it stays the same when wording changes. */
  code: ProblemCode;
  /** Names this request in the server's log. Missing when the answer did not come from Gatehouse. */
  requestId?: string;
  /** One entry per faulty field, on `invalid-request`. */
  errors?: FieldError[];
}

/** How far the request got: to an answer, or not. `storage`: the app's own token storage failed. */
export type FailureKind = 'response' | 'network' | 'timeout' | 'aborted' | 'storage';

/** What a `GatehouseError` is made of. */
export interface GatehouseErrorInit {
  kind: FailureKind;
  problem: Problem;
  headers?: Headers;
  cause?: unknown;
}

/**
 * The only error a request rejects with, whether the server said no, an answer could not be read, or none came.
 * `problem` is always there: the server's own, or one made here in the same shape. Neither it nor the message ever
 * holds the token. (Misuse, such as an empty id or a `baseUrl` that is not http, is a plain `TypeError`.)
 */
export class GatehouseError extends Error {
  override readonly name = 'GatehouseError';
  readonly kind: FailureKind;
  /** The HTTP status, or 0 when no answer came. */
  readonly status: number;
  /** The answer's headers; empty when no answer came. */
  readonly headers: Headers;
  readonly problem: Problem;

  constructor({ kind, problem, headers, cause }: GatehouseErrorInit) {
    const request = problem.requestId ? `, request ${problem.requestId}` : '';
    super(`${problem.detail} (${problem.code}${request})`, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.status = problem.status;
    this.headers = headers ?? new Headers();
    this.problem = problem;
  }

  /** Short for `problem.code`. */
  get code(): ProblemCode {
    return this.problem.code;
  }

  /** 401: no token, a dead one, or a wrong password (`invalid-credentials`). */
  get isUnauthenticated(): boolean {
    return this.status === 401;
  }

  /** 403: the member is known and may not do this. */
  get isForbidden(): boolean {
    return this.status === 403;
  }

  /** 409 or 412: somebody was there first, or saved meanwhile (`precondition-failed`). */
  get isConflict(): boolean {
    return this.status === 409 || this.status === 412;
  }

  /** A captcha must be solved before the same call, with `captchaToken`, can succeed. */
  get isCaptchaRequired(): boolean {
    return this.code === 'captcha-required';
  }

  /** 404: missing, undeclared or another member's. The server does not say which. */
  get isNotFound(): boolean {
    return this.status === 404;
  }

  /** 400 or 422: the request makes no sense; `problem.errors` names the fields. */
  get isInvalid(): boolean {
    return this.status === 400 || this.status === 422;
  }

  /** 429: too many requests; see `retryAfterSeconds`. */
  get isRateLimited(): boolean {
    return this.status === 429;
  }

  /** 502, 503, 504, no connection or a timeout: the same request may work later. */
  get isUnavailable(): boolean {
    return this.kind === 'network' || this.kind === 'timeout' || (this.status >= 502 && this.status <= 504);
  }

  /** Seconds to wait before the next try, from `Retry-After`; undefined when the server did not say. */
  get retryAfterSeconds(): number | undefined {
    const value = this.headers.get('retry-after');
    // RFC 9110 §10.2.3: either whole seconds or a date.
    if (value === null) return undefined;
    if (/^\d+$/.test(value)) return Number(value);
    const date = Date.parse(value);
    if (Number.isNaN(date)) return undefined;
    // By the server's clock, where it tells the time: that of a phone may be hours off.
    const now = Date.parse(this.headers.get('date') ?? '') || Date.now();
    return Math.max(0, Math.ceil((date - now) / 1000));
  }
}
