/** `unchecked`: the doctor could not find out. */
export type Level = 'ok' | 'warning' | 'fault' | 'unchecked';

/** A call that puts something right, as Wix's REST API takes it. Whoever sends it adds the app's token. */
export type Call = Readonly<{ method: 'POST'; url: string; body: Readonly<Record<string, unknown>> }>;

export type Remedy = Readonly<{ words: string; call?: Call }>;

/** One thing that was looked at. No value of a variable and nothing of a row stands in it. */
export type Finding = Readonly<{
  level: Level;
  /** What it is about: a variable, a collection, `clock`. */
  subject: string;
  message: string;
  /** The line of the policy that wants it, such as `src/lib/policy/collections.ts:16`. */
  place?: string;
  remedy?: Remedy;
}>;

export function ok(subject: string, message: string): Finding {
  return { level: 'ok', subject, message };
}

/** 0: nothing is wrong. 1: something is. 2: nothing was found to be wrong, but not everything could be looked at. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ level }) => level === 'fault')) return 1;
  return findings.some(({ level }) => level === 'unchecked') ? 2 : 0;
}
