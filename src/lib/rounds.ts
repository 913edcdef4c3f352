export type Rounds = Readonly<{
  /** Begins no further round, and waits for the one under way. */
  stop: () => Promise<void>;
}>;

/**
 * Does `work` now and again, one round at a time: the pause begins when a round has ended. A round that fails is
 * reported and tried again with the next one.
 * @param pauseMs between two rounds, in milliseconds; the first one begins at once.
 */
export function every(
  pauseMs: number,
  work: () => Promise<void>,
  report: (error: unknown, what: string) => void,
): Rounds {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const round = async () => {
    try {
      await work();
    } catch (error) {
      report(error, work.name);
    }
    if (!stopped) timer = setTimeout(begin, pauseMs);
  };
  const begin = () => {
    underWay = round();
  };
  let underWay = round();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}
