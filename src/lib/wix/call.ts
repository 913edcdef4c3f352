import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { Problem } from '../http/problem.ts';
import { observed, type Observation, type WixOutage } from './transport.ts';

/** How a conversation with Wix is run. */
export type CallWix = <Value>(work: (observation: Observation) => Promise<Value>) => Promise<Value>;

/**
 * Runs one conversation with Wix and tells an outage from a refusal.
 * The SDK maps 500, 429 and lost connections to "unknown e-mail", null or a TypeError, so what the transport saw decides.
 * @throws {Problem} `wix-unavailable` or `wix-timeout` when Wix was the trouble, `wix-refused` when it said no or
 *   talked nonsense in a way that `work` did not expect; else whatever `work` threw.
 */
export async function callWix<Value>(work: (observation: Observation) => Promise<Value>): Promise<Value> {
  const observation: Observation = { outage: null, lastStatus: null, lastRefusal: null, lastTime: null };
  let value: Value;
  try {
    value = await observed(observation, () => work(observation));
  } catch (error) {
    throw explain(error, observation);
  }
  if (observation.outage) throw outageProblem(observation.outage);
  return value;
}

function explain(error: unknown, { outage, lastStatus }: Observation): unknown {
  if (outage) return outageProblem(outage, error);
  if (error instanceof Problem || lastStatus === null) return error;
  // Also after a 200: then the SDK could make nothing of what Wix sent.
  const code = wixErrorCode(error) ?? 'no code';
  return new Problem('wix-refused', { reason: `Wix answered ${lastStatus}, ${code}`, cause: error });
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

/** What the SDK writes where Wix gave no code of its own: the HTTP status, as a number or in words. */
const STAND_INS = new Set([
  '',
  'UNKNOWN',
  ...Object.keys(STATUS_CODES),
  ...Object.values(STATUS_CODES).map(constantCase),
]);

function constantCase(text = ''): string {
  return text.toUpperCase().replaceAll(/[^A-Z]+/g, '_');
}

/** The code by which Wix itself judged a request; `null` when the SDK only repeats the HTTP status. */
export function verdictOf(error: unknown): string | null {
  const code = wixErrorCode(error);
  return code !== null && !STAND_INS.has(code) ? code : null;
}

/** Whether Wix found a value in the request malformed. */
export function isMalformed(error: unknown): boolean {
  return (
    (error as { details?: { validationError?: unknown } } | null)?.details?.validationError !== undefined
  );
}

/** The application error inside what the SDK throws: `details.applicationError.code`, text or number. */
export function wixErrorCode(error: unknown): string | null {
  const details = (error as { details?: { applicationError?: { code?: unknown } } } | null)?.details;
  const code = details?.applicationError?.code ?? (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : null;
}

/** The fields that Wix found malformed in the last request; none when that was not why it refused. */
export function malformedFields({ lastRefusal }: Observation): readonly string[] {
  const said = Refusal.safeParse(lastRefusal);
  return said.success ? said.data.details.validationError.fieldViolations.map(({ field }) => field) : [];
}

const Refusal = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue('is not JSON');
      return z.NEVER;
    }
  })
  .pipe(
    z.object({
      details: z.object({
        validationError: z.object({ fieldViolations: z.array(z.object({ field: z.string() })) }),
      }),
    }),
  );

/** How Wix words a refusal: its own errors, or those of OAuth (RFC 6749 §5.2). */
const WORDS = ['error', 'errorCode', 'message', 'details'];

/** Whether it was Wix who refused last, and not a firewall or a proxy on the way: those do not speak its JSON. */
export function refusedByWix({ lastRefusal }: Observation): boolean {
  try {
    const said: unknown = JSON.parse(lastRefusal ?? '');
    return typeof said === 'object' && said !== null && WORDS.some((word) => word in said);
  } catch {
    return false;
  }
}
