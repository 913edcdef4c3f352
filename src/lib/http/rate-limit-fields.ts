/** How somebody stands with a budget. */
export type Standing = Readonly<{
  policy: Readonly<{ name: string; quota: number; windowSeconds: number }>;
  remaining: number;
  /** Epoch milliseconds. */
  resetsAt: number;
}>;

/** Whole seconds until the budget is whole again; never zero, which would read as "at once". */
export function secondsLeft({ resetsAt }: Standing): number {
  return Math.max(1, Math.ceil((resetsAt - Date.now()) / 1000));
}

/** What a client needs to slow down in time: draft-ietf-httpapi-ratelimit-headers-11, structured fields of RFC 9651. */
export function rateLimitFields(standing: Standing): Record<string, string> {
  const { policy, remaining } = standing;
  return {
    'ratelimit-policy': `"${policy.name}";q=${policy.quota};w=${policy.windowSeconds}`,
    ratelimit: `"${policy.name}";r=${remaining};t=${secondsLeft(standing)}`,
  };
}
