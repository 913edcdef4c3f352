/**
 * Everything a call of Wix can fail with, and its status. Codes are those of
 * dev.wix.com/docs/rest/business-solutions/cms/service-plugins/external-database-service-plugin/error-types, and of the
 * reference implementation where Wix lists none.
 */
const STATUS = {
  BAD_REQUEST: 400,
  VALIDATION_ERROR: 400,
  FIELD_DOESNT_EXIST: 400,
  UNSUPPORTED_OPERATION: 400,
  COLLECTION_CHANGE_NOT_SUPPORTED: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  ITEM_NOT_FOUND: 404,
  COLLECTION_NOT_FOUND: 404,
  METHOD_NOT_FOUND: 404,
  ITEM_ALREADY_EXISTS: 409,
  COLLECTION_ALREADY_EXISTS: 409,
  FIELD_ALREADY_EXISTS: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNKNOWN_ERROR: 500,
  DATABASE_UNAVAILABLE: 503,
  DATABASE_TIMEOUT: 504,
  DATABASE_FULL: 507,
} as const;

export type FaultCode = keyof typeof STATUS;

export type FaultOptions = Readonly<{
  /** What the code's own shape asks for, such as `{ itemId }`. */
  data?: Readonly<Record<string, unknown>>;
  /** For our log only; may hold what the database said. */
  cause?: unknown;
}>;

/** A call that failed: `code` and `message` are for Wix, and hold neither SQL nor data of other rows. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly data: Readonly<Record<string, unknown>> | undefined;

  constructor(code: FaultCode, message: string, { data, cause }: FaultOptions = {}) {
    super(message, { cause });
    this.code = code;
    this.data = data;
  }

  get status(): number {
    return STATUS[this.code];
  }
}

export function badRequest(message: string): Fault {
  return new Fault('BAD_REQUEST', message);
}

/** A value that cannot be what its field holds. `violations` is Wix's shape for it. */
export function invalid(fieldPath: string, message: string): Fault {
  return new Fault('VALIDATION_ERROR', `${fieldPath} ${message}`, {
    data: { violations: [{ fieldPath, message }] },
  });
}

export function noCollection(collectionId: string): Fault {
  return new Fault('COLLECTION_NOT_FOUND', 'There is no such collection.', { data: { collectionId } });
}

export function noItem(itemId: string): Fault {
  return new Fault('ITEM_NOT_FOUND', 'There is no such item.', { data: { itemId } });
}

export function itemExists(itemId: string): Fault {
  return new Fault('ITEM_ALREADY_EXISTS', 'There is already an item like this.', { data: { itemId } });
}
