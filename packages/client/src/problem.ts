import {
  GatehouseError,
  type FailureKind,
  type FieldError,
  type Problem,
  type ProblemCode,
} from './errors.ts';

type JsonObject = Record<string, unknown>;

/** The part of an answer that an error keeps. */
type Answered = Pick<Response, 'status' | 'headers'>;

/** Reads a JSON object; anything else, a proxy's HTML included, is undefined. */
export function readJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A failure without an answer. */
export function failure(
  kind: FailureKind,
  code: ProblemCode,
  title: string,
  detail: string,
  cause?: unknown,
): GatehouseError {
  return new GatehouseError({
    kind,
    problem: { type: 'about:blank', title, status: 0, detail, code },
    cause,
  });
}

/** An answer that cannot be taken, with a problem made here. */
export function refusal(
  response: Answered,
  code: ProblemCode,
  title: string,
  detail: string,
): GatehouseError {
  return responseError(response, { title, detail, code });
}

/**
 * The error for an answer that is not a success. Members that are missing or of another type are filled in, and the
 * status is the one HTTP gave: a body cannot make a 403 look like a 401.
 */
export function responseError(response: Answered, body: JsonObject = {}): GatehouseError {
  const { status, headers } = response;
  const text = (name: string): string | undefined => {
    const value = body[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const title = text('title') ?? `The server answered ${status}`;
  const requestId = text('requestId');
  const problem: Problem = {
    type: text('type') ?? 'about:blank',
    title,
    status,
    detail:
      text('detail') ??
      text('title') ??
      `${title} without a problem to read; is something between here and it?`,
    code: text('code') ?? 'unreadable-answer',
    ...(requestId !== undefined && { requestId }),
    ...(Array.isArray(body['errors']) && { errors: body['errors'].filter(isFieldError) }),
  };
  return new GatehouseError({ kind: 'response', problem, headers });
}

function isFieldError(value: unknown): value is FieldError {
  const { path, message } = (value ?? {}) as Partial<FieldError>;
  return typeof path === 'string' && typeof message === 'string';
}
