import type { Fault } from './fault.ts';

/** What went wrong lately, for the status page: no data, no names, no text of the database. */
export type RecentFault = Readonly<{ at: Date; path: string; code: string; status: number }>;

const KEPT = 20;

const faults: RecentFault[] = [];

/** @param path as it was asked for; only one that is a method's is kept, since anybody may ask for anything. */
export function noteFault(path: string, { code, status }: Fault): void {
  const named = /^[a-z3/-]{1,60}$/.test(path) ? path : '(another path)';
  faults.unshift({ at: new Date(), path: named, code, status });
  faults.length = Math.min(faults.length, KEPT);
}

/** Newest first. */
export function recentFaults(): readonly RecentFault[] {
  return faults;
}
