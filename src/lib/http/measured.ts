const measured = new WeakSet<Request>();

/** For requests whose body cannot be longer than its Content-Length, because whoever reads the connection ends it there. */
export function markMeasured(request: Request): void {
  measured.add(request);
}

/** Whether the Content-Length is more than a claim: then a body that may be read can be taken in one piece. */
export function isMeasured(request: Request): boolean {
  return measured.has(request);
}
