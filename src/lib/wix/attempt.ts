import { Problem } from '../http/problem.ts';
import { wixErrorCode, type CallWix } from './call.ts';

/** Runs a call once its token is there. */
export type Road = <Value>(work: () => Promise<Value>) => Promise<Value>;

/**
 * Runs one call to Wix Data; `recover` turns an error code into an answer.
 * @throws {Problem} `conflict`, `payload-too-large`, `forbidden`, `wix-refused`, outages.
 */
export type Attempt = <Value>(
  work: () => Promise<Value>,
  recover?: (code: string | null) => Value | undefined,
) => Promise<Value>;

/** Error codes: dev.wix.com/docs/sdk/backend-modules/data/error-codes */
export function attemptOn(road: Road, call: CallWix): Attempt {
  return (work, recover) =>
    call(async (observation) => {
      try {
        const value = await road(work);
        if (observation.lastStatus === 200 && (value === null || value === undefined)) {
          throw new Error('Wix agreed, but sent no item');
        }
        return value;
      } catch (error) {
        if (observation.outage || error instanceof Problem) throw error;
        const code = wixErrorCode(error);
        const recovered = recover?.(code);
        if (recovered !== undefined) return recovered;
        throw toDataProblem(code, error) ?? error;
      }
    });
}

/** The refusals that tell a caller something; `null` leaves the rest to `callWix`. */
export function toDataProblem(code: string | null, cause: unknown): Problem | null {
  const reason = `Wix Data answered ${code}`;
  switch (code) {
    case 'WDE0027':
      return new Problem('forbidden', { reason, cause });
    case 'WDE0074':
      return new Problem('conflict', { reason, cause });
    case 'WDE0109':
      return new Problem('payload-too-large', { reason, cause });
    default:
      return null;
  }
}
