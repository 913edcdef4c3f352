import { isBusy } from '../store/busy.ts';

/** An answer other than 200, in one of the shapes the SDK reads. */
export class WixError extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, body: Readonly<Record<string, unknown>> = { message }) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** `details.applicationError`; the code is a string, also where it looks like a number [recorded]. */
export function applicationError(
  status: number,
  code: string,
  description: string,
  data: object = {},
): WixError {
  const details = { applicationError: { code, description, data } };
  return new WixError(status, description, { message: description, details });
}

/** Data errors repeat the code at the start of the text, because applications match on the message [recorded]. */
export function dataError(status: number, code: string, text: string, data: object = {}): WixError {
  return applicationError(status, code, `${code}: ${text}`, data);
}

export type FieldViolation = {
  field: string;
  description: string;
  violatedRule: string;
  ruleName?: string;
  data?: Readonly<Record<string, unknown>>;
};

/** `details.validationError`: the request itself does not make sense [recorded]. */
export function validationError(fieldViolations: readonly FieldViolation[]): WixError {
  const message = fieldViolations.map(({ field, description }) => `${field} ${description}`).join('; ');
  // The SDK reads `data.type` of every violation without asking whether there is `data` [recorded].
  const violations = fieldViolations.map((violation) => ({ data: {}, ...violation }));
  const details = { validationError: { fieldViolations: violations } };
  return new WixError(400, message, { message, details });
}

/** Without details the SDK puts the HTTP status where the code would be [recorded]. */
export function unauthenticated(reason: string): WixError {
  const message = `Unauthorized: ${reason}`;
  return new WixError(401, message, { message, details: {} });
}

export const permissionDenied = (reason = 'Forbidden'): WixError =>
  applicationError(403, 'PERMISSION_DENIED', reason);

/** For what Wix can and this emulator cannot: said by name, so that nobody takes silence for an empty answer. */
export const notImplemented = (what: string): WixError =>
  applicationError(501, 'NOT_IMPLEMENTED', `The Wix emulator does not implement ${what}`);

/** Another process writes to the data file and did not end in time. Nothing was written: the call may be repeated. */
const tooBusy = (): WixError =>
  applicationError(503, 'UNAVAILABLE', 'The data file is in use by another process; try again');

/** The token endpoint speaks OAuth (RFC 6749 §5.2) instead [recorded]. */
export function oauthError(error: string, description: string): WixError {
  return new WixError(400, description, { error, error_description: description });
}

/** Anything not thrown on purpose is a fault of the emulator, and says so instead of looking like Wix. */
export function toWixError(error: unknown): WixError {
  if (error instanceof WixError) return error;
  if (isBusy(error)) return tooBusy();
  return new WixError(
    500,
    `The Wix emulator failed: ${error instanceof Error ? error.message : String(error)}`,
  );
}
