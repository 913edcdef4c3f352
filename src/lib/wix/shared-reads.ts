type Flight = { answer: Promise<unknown>; readers: number };

/**
 * While a read is under way, the same read waits for its answer instead of going out too. The key has to name all that
 * an answer depends on: whose token it is, what is asked, and what has been written so far. A failure is shared, and
 * forgotten with it; of an answer each reader has a copy of their own.
 */
export function sharedReads(): <Value>(key: string, ask: () => Promise<Value>) => Promise<Value> {
  const underWay = new Map<string, Flight>();
  return async <Value>(key: string, ask: () => Promise<Value>): Promise<Value> => {
    let flight = underWay.get(key);
    if (flight) flight.readers += 1;
    else {
      flight = { answer: ask().finally(() => underWay.delete(key)), readers: 1 };
      underWay.set(key, flight);
    }
    const value = (await flight.answer) as Value;
    return flight.readers > 1 ? structuredClone(value) : value;
  };
}
