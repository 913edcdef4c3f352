import { z } from 'zod';

/** As long as Node's own `fetch` waits for an answer: a stalled call that nobody gives up ends here. */
export const LONGEST_WAIT_MS = 300_000;

const Delay = z.int().min(1).max(LONGEST_WAIT_MS);

/** Which requests are hit. */
const where = {
  /** An exact path, or the beginning of one with `*` at its end; `*` alone is every path. */
  path: z
    .string()
    .max(512)
    .regex(/^(\/[^*\s]*\*?|\*)$/, 'must be a path, perhaps with * at its end'),
  /** Any, unless given. */
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  /** The rule is gone after so many requests. */
  times: z.int().min(1).optional(),
  /** The share of the requests that is hit; all, unless given. */
  probability: z.number().gt(0).max(1).optional(),
  /** Begins the row of random numbers behind `probability`, so that a run can be repeated. */
  seed: z.int().min(0).max(4_294_967_295).optional(),
};

/** What goes wrong, and where. */
export const FaultRule = z.discriminatedUnion('fault', [
  /** Wix answers, but not with what was asked for. Nothing is done. */
  z.strictObject({
    fault: z.literal('status'),
    ...where,
    status: z.int().min(400).max(599),
    retryAfterSeconds: z.int().min(0).max(86_400).optional(),
  }),
  /** Wix does what was asked at once, and says so late: a caller that gives up has changed something all the same. */
  z.strictObject({ fault: z.literal('slow'), ...where, delayMs: Delay }),
  /** No answer, until the caller gives up or `LONGEST_WAIT_MS` are over. Nothing is done. */
  z.strictObject({ fault: z.literal('stall'), ...where }),
  /** The connection ends, `before` Wix did anything, or `during` its answer, when everything was done. */
  z.strictObject({ fault: z.literal('cut'), ...where, when: z.enum(['before', 'during']) }),
  /** A member's request is answered as if it came from another: with the other's rights, data and tokens. */
  z.strictObject({ fault: z.literal('wrong-member'), ...where, member: z.string().min(1).max(320) }),
  /** Reads of items lag behind, everywhere, like `replicaDelayMs` of the settings. */
  z.strictObject({ fault: z.literal('stale-reads'), delayMs: z.int().min(1).max(3_600_000) }),
]);
export type FaultRule = z.output<typeof FaultRule>;

/** What happens to one request. */
export type RequestFault = Exclude<FaultRule, { fault: 'stale-reads' }>;

/** Troubles with a name, ready to be set. */
export const faultPresets = {
  'token-endpoint-down': { fault: 'status', path: '/oauth2/token', status: 503 },
  'too-many-requests': { fault: 'status', path: '*', status: 429, retryAfterSeconds: 1 },
  'items-unreachable': { fault: 'cut', path: '/wix-data/*', when: 'before' },
  'answers-lost': { fault: 'cut', path: '/wix-data/*', when: 'during' },
  'two-seconds-late': { fault: 'slow', path: '*', delayMs: 2_000 },
  'stale-reads': { fault: 'stale-reads', delayMs: 5_000 },
} as const satisfies Record<string, FaultRule>;
