import { RateLimiterRes } from 'rate-limiter-flexible';
import { provided } from '../../provided.ts';
import { Problem } from '../http/problem.ts';
import { rateLimitFields, secondsLeft, type Standing } from '../http/rate-limit-fields.ts';
import type { Counters } from '../store/counters.ts';
import { budgets, type Budget, type BudgetName } from './budgets.ts';

/** Whose budget a request is taken from. */
export type Charge = Readonly<{ budget: BudgetName; key: string }>;

export type Limits = Readonly<{
  /**
   * Takes one from a budget, before any work is done for it.
   * @returns what is left; `null` where nothing is limited.
   * @throws {Problem} `too-many-requests`, and `database-unavailable` when it cannot be counted.
   */
  take: (charge: Charge) => Promise<Standing | null>;
  /** Gives back what `take` took. */
  giveBack: (charge: Charge, taken: Standing | null) => Promise<void>;
  /** Makes a budget whole again. */
  restore: (charge: Charge) => Promise<void>;
  /** Whether this place was remembered not too long ago. @throws {Problem} `database-unavailable`. */
  isKnown: (place: string) => Promise<boolean>;
  remember: (place: string) => Promise<void>;
}>;

export const [provideLimits, limits] = provided<Limits>('limits');

/** For measurements on a machine of one's own. */
export const unlimited: Limits = {
  take: () => Promise.resolve(null),
  giveBack: () => Promise.resolve(),
  restore: () => Promise.resolve(),
  isKnown: () => Promise.resolve(false),
  remember: () => Promise.resolve(),
};

/** As long as a session lives at the most. */
const KNOWN_PLACE = { name: 'known-place', quota: 1, windowSeconds: 90 * 24 * 60 * 60 };

export function countedLimits({ counter }: Counters): Limits {
  const counterOf = new Map(Object.values(budgets).map((budget) => [budget.name, counter(budget)]));
  const of = ({ budget }: Charge) => counterOf.get(budget) as NonNullable<ReturnType<typeof counter>>;
  const knownPlaces = counter(KNOWN_PLACE);
  return {
    async take(charge) {
      const { budget, key } = charge;
      try {
        return toStanding(budgets[budget], await of(charge).consume(key));
      } catch (reason) {
        if (reason instanceof RateLimiterRes) throw tooMany(toStanding(budgets[budget], reason));
        throw uncounted(reason);
      }
    },
    async giveBack(charge, taken) {
      // Given to the next window it would be one too many there.
      if (taken && Date.now() < taken.resetsAt) await of(charge).reward(charge.key);
    },
    async restore(charge) {
      await of(charge).delete(charge.key);
    },
    async isKnown(place) {
      try {
        return (await knownPlaces.get(place)) !== null;
      } catch (reason) {
        throw uncounted(reason);
      }
    },
    async remember(place) {
      await knownPlaces.set(place, 1, KNOWN_PLACE.windowSeconds);
    },
  };
}

function toStanding(policy: Budget, { remainingPoints, msBeforeNext }: RateLimiterRes): Standing {
  return { policy, remaining: remainingPoints, resetsAt: Date.now() + msBeforeNext };
}

/** RFC 6585 §4. */
function tooMany(standing: Standing): Problem {
  const seconds = secondsLeft(standing);
  const wait =
    seconds < 120 ? `${seconds} second${seconds === 1 ? '' : 's'}` : `${Math.ceil(seconds / 60)} minutes`;
  return new Problem('too-many-requests', {
    detail: `That was too often. Wait ${wait}, then try again.`,
    reason: `the budget "${standing.policy.name}" is used up`,
    headers: { ...rateLimitFields(standing), 'retry-after': String(seconds) },
  });
}

function uncounted(cause: unknown): Problem {
  return new Problem('database-unavailable', {
    reason: 'the limits cannot be counted',
    headers: { 'retry-after': '5' },
    cause,
  });
}
