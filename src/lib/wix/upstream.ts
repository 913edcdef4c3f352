import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleAll,
  type CircuitBreakerPolicy,
  type IBackoff,
} from 'cockatiel';
import { retryAfterOf } from './retry-after.ts';
import type { Sparing } from './sparing.ts';

/** Parts of Wix that fail and are limited each on its own. */
const AREAS = {
  data: /^\/wix-data\//,
  members: /^\/members\//,
  // Apart from signing in, which strangers can make Wix weary of: else nobody's token could be renewed meanwhile.
  tokens: /^\/oauth2\/token$/,
  'sign-in': /^\/_api\//,
} as const;
type Area = keyof typeof AREAS | 'other';

/** Thrown in place of asking Wix: it said to wait, or did not answer several times in a row. */
export class WixPaused extends Error {
  /** In seconds. */
  readonly retryAfter: number;

  constructor(area: Area, forMs: number) {
    super(`Wix is not asked for ${area} at the moment`);
    this.retryAfter = Math.max(1, Math.ceil(forMs / 1000));
  }
}

/** Stands before every call to Wix. */
export type Upstream = Readonly<{
  /**
   * Sends, unless this part of Wix is to be left alone. Nothing is ever sent twice.
   * @throws {WixPaused} at once when nothing was sent; else what `send` throws.
   */
  ask: (address: URL, send: () => Promise<Response>) => Promise<Response>;
  /** The parts of Wix that are given a rest, by name. */
  resting: () => string[];
}>;

/** @param now milliseconds on a clock that nobody sets. */
export function upstream(sparing: Sparing, now: () => number = () => performance.now()): Upstream {
  const areas = new Map<Area, ReturnType<typeof guarded>>();
  const of = (area: Area) => {
    const known = areas.get(area) ?? guarded(area, sparing, now);
    areas.set(area, known);
    return known;
  };
  return {
    ask: ({ pathname }, send) => of(areaOf(pathname)).ask(send),
    resting: () => [...areas].filter(([, { isResting }]) => isResting()).map(([area]) => area),
  };
}

function areaOf(path: string): Area {
  const known = (Object.keys(AREAS) as (keyof typeof AREAS)[]).find((area) => AREAS[area].test(path));
  return known ?? 'other';
}

function guarded(area: Area, { outagesToOpen, restMs, longestPauseMs }: Sparing, now: () => number) {
  const rest = restOf(restMs, now);
  const breaker: CircuitBreakerPolicy = circuitBreaker(
    handleAll.orWhenResult((response) => isOutage(response as Response)),
    { halfOpenAfter: rest, breaker: new ConsecutiveBreaker(outagesToOpen) },
  );
  let pausedUntil = -Infinity;
  return {
    async ask(send: () => Promise<Response>): Promise<Response> {
      const left = pausedUntil - now();
      if (left > 0) throw new WixPaused(area, left);
      // One call finds out whether it is over. The others do not wait for it, since it may take its whole time.
      if (breaker.state === CircuitState.HalfOpen || (breaker.state === CircuitState.Open && rest.left() > 0))
        throw new WixPaused(area, rest.left());
      const response = await breaker.execute(send);
      if (response.status === 429) {
        const seconds = retryAfterOf(response.headers) ?? 0;
        pausedUntil = Math.max(pausedUntil, now() + Math.min(seconds * 1000, longestPauseMs));
      }
      return response;
    },
    isResting: () => breaker.state !== CircuitState.Closed,
  };
}

/** Refusals are answers, and 429 has a rule of its own; 501 is a refusal too. */
function isOutage({ status }: Response): boolean {
  return status >= 500 && status !== 501;
}

/** cockatiel goes by the time of day, by which a clock that is set back would make a rest of minutes last for hours. */
function restOf(restMs: number, now: () => number) {
  let until = -Infinity;
  const left = () => until - now();
  const backoff = {
    get duration() {
      return left() > 0 ? Infinity : -Infinity;
    },
    next: begin,
  };
  function begin(): IBackoff<unknown> {
    until = now() + restMs;
    return backoff;
  }
  return { next: begin, left };
}
