/**
 * While one call is under way, further callers with the same key wait for its answer instead of making their own.
 * A failure is shared too, and forgotten with it.
 */
export function singleFlight<Value>(): (key: string, work: () => Promise<Value>) => Promise<Value> {
  const underWay = new Map<string, Promise<Value>>();
  return (key, work) => {
    const known = underWay.get(key);
    if (known) return known;
    const started = work().finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  };
}
