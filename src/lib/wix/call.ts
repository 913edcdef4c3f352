import { Problem } from '../http/problem.ts';
import { observed, type Observation, type WixOutage } from './transport.ts';

/**
 * Runs one conversation with Wix and tells an outage from a refusal.
 * The SDK maps 500, 429 and lost connections to "unknown e-mail", null or a TypeError, so what the transport saw decides.
 * @throws {Problem} `wix-unavailable` or `wix-timeout` when Wix was the trouble; else whatever `work` threw.
 */
export async function callWix<Value>(work: (observation: Observation) => Promise<Value>): Promise<Value> {
  const observation: Observation = { outage: null, lastStatus: null };
  try {
    const value = await observed(observation, () => work(observation));
    if (observation.outage) throw outageProblem(observation.outage);
    return value;
  } catch (error) {
    throw observation.outage && !(error instanceof Problem)
      ? outageProblem(observation.outage, error)
      : error;
  }
}

function outageProblem(outage: WixOutage, cause?: unknown): Problem {
  const timeout = outage.kind === 'timeout';
  return new Problem(timeout ? 'wix-timeout' : 'wix-unavailable', {
    detail: timeout ? 'Wix took too long. Try again.' : 'Wix cannot answer at the moment. Try again later.',
    reason: `Wix is ${outage.kind}${outage.status === null ? '' : ` (${outage.status})`}`,
    headers: { 'retry-after': String(outage.retryAfter ?? 5) },
    cause: outage.cause ?? cause,
  });
}

/** The application error inside what the SDK throws: `details.applicationError.code`, text or number. */
export function wixErrorCode(error: unknown): string | null {
  const details = (error as { details?: { applicationError?: { code?: unknown } } } | null)?.details;
  const code = details?.applicationError?.code ?? (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : null;
}
