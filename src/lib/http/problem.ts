/**
 * Every way a request can fail, with its status and public title, in one place so that no route invents them.
 * RFC 9457 problem details; statuses after RFC 9110 §15.
 */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Sign in to do this' },
  'invalid-credentials': { status: 401, title: 'E-mail or password is wrong' },
  'password-reset-required': { status: 401, title: 'The password must be reset first' },
  forbidden: { status: 403, title: 'This is not allowed' },
  'cross-site': { status: 403, title: 'This request came from another site' },
  'insufficient-scope': { status: 403, title: 'The access token was not made for this' },
  'captcha-required': { status: 403, title: 'A captcha must be solved first' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This method is not allowed here' },
  conflict: { status: 409, title: 'Somebody saved first' },
  'email-already-exists': { status: 409, title: 'There is already an account with this e-mail' },
  'precondition-failed': { status: 412, title: 'The item is not as it was' },
  'idempotency-key-in-use': { status: 409, title: 'This request is being worked on' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'unsupported-media-type': { status: 415, title: 'This kind of body is not read here' },
  'idempotency-key-reused': { status: 422, title: 'This idempotency key was used for another request' },
  'misdirected-request': { status: 421, title: 'This host is not served here' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  unexpected: { status: 500, title: 'Something went wrong' },
  'wix-refused': { status: 502, title: 'Wix refused this call' },
  'wix-unavailable': { status: 503, title: 'Wix cannot be reached' },
  'database-unavailable': { status: 503, title: 'The database cannot be reached' },
  'wix-timeout': { status: 504, title: 'Wix did not answer in time' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One entry per faulty field; `path` is dotted, empty for the document as a whole. */
export type FieldError = Readonly<{ path: string; message: string }>;

export type ProblemOptions = Readonly<{
  /** For our log only: why it happened, in words that may name ids but never a secret. */
  reason?: string;
  /** For the caller: what to do about it. */
  detail?: string;
  errors?: readonly FieldError[];
  /** Response headers that belong to the problem, such as Retry-After. */
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}>;

/** The one error type: `code` is for callers, `reason` for our log, `cause` keeps the evidence. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.reason ?? options.detail ?? PROBLEMS[code].title, { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** Whatever was not thrown on purpose becomes `unexpected`: its text stays in the log. */
export function toProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem('unexpected', { cause: error });
}
