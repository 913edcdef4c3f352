/** A data file that cannot be used; it was left as it is. */
export class DataFileError extends Error {
  override readonly name = 'DataFileError';
}

export function refusal(path: string, reason: string, cause?: unknown): DataFileError {
  return new DataFileError(
    `Cannot use the data file ${path}: ${reason}. It was not changed; move it away to start afresh.`,
    { cause },
  );
}
