import { randomInt, randomUUID } from 'node:crypto';
import { FaultRule } from './rule.ts';
import type { RequestFault } from './rule.ts';

export type SetFault = Readonly<{ id: string; rule: FaultRule; hits: number }>;

type Entry = { readonly id: string; readonly rule: FaultRule; hits: number; readonly random: () => number };

/** The troubles that are set, oldest first. In memory only: nobody should meet yesterday's after a restart. */
export class Faults {
  readonly #entries: Entry[] = [];
  readonly #closing = new AbortController();
  readonly #isMember: (idOrEmail: string) => boolean;

  constructor(isMember: (idOrEmail: string) => boolean) {
    this.#isMember = isMember;
  }

  /** Gives the id to remove the rule by. */
  set(rule: FaultRule): string {
    const checked = FaultRule.parse(rule);
    if (checked.fault === 'wrong-member' && !this.#isMember(checked.member)) {
      throw new Error(`There is no member ${checked.member}`);
    }
    const seed = ('seed' in checked ? checked.seed : undefined) ?? randomInt(2 ** 32);
    const id = randomUUID();
    this.#entries.push({ id, rule: checked, hits: 0, random: randomNumbers(seed) });
    return id;
  }

  list(): SetFault[] {
    return this.#entries.map(({ id, rule, hits }) => ({ id, rule, hits }));
  }

  /** Tells whether there was one. */
  remove(id: string): boolean {
    const index = this.#entries.findIndex((entry) => entry.id === id);
    if (index >= 0) this.#entries.splice(index, 1);
    return index >= 0;
  }

  clear(): void {
    this.#entries.length = 0;
  }

  /** What happens to this request: the oldest rule that fits it and wants it. Counts as one hit. */
  take(method: string, path: string): RequestFault | undefined {
    for (const entry of this.#entries) {
      const { rule } = entry;
      if (rule.fault === 'stale-reads' || !fits(rule, method, path)) continue;
      if (rule.probability !== undefined && entry.random() >= rule.probability) continue;
      entry.hits += 1;
      if (entry.hits === rule.times) this.remove(entry.id);
      return rule;
    }
    return undefined;
  }

  /** Whether any request may meet one. */
  get areSet(): boolean {
    return this.#entries.length > 0;
  }

  /** How far reads lag behind: as far as the worst of the rules says. */
  replicaDelayMs(): number {
    return Math.max(0, ...this.#entries.map(({ rule }) => (rule.fault === 'stale-reads' ? rule.delayMs : 0)));
  }

  /** Ends the waiting of stalled requests, which would otherwise hold up the end of the process. */
  close(): void {
    this.#closing.abort();
  }

  get closed(): AbortSignal {
    return this.#closing.signal;
  }
}

function fits({ path: pattern, method: wanted }: RequestFault, method: string, path: string): boolean {
  if (wanted !== undefined && wanted !== method) return false;
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

/** Numbers from 0 to 1 that follow from the seed: mulberry32, which needs no state but one integer. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
