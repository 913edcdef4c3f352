/** How often this process has written to each collection, and when last on a clock that nobody sets. */
const written = new Map<string, Readonly<{ times: number; at: number }>>();

/** To be called before a write is acknowledged: answers from before it are old from here on. */
export function noteWritten(collection: string): void {
  written.set(collection, { times: (written.get(collection)?.times ?? 0) + 1, at: performance.now() });
}

/** Changes with every write of this process to any of them. */
export function versionOf(collections: readonly string[]): string {
  return collections.map((collection) => written.get(collection)?.times ?? 0).join('.');
}

/** Whether this process has written to any of them so lately, in milliseconds, that replicas at Wix may lag behind. */
export function isWrittenWithin(ms: number, collections: readonly string[]): boolean {
  const since = performance.now() - ms;
  return collections.some((collection) => (written.get(collection)?.at ?? -Infinity) > since);
}
