import autocannon from 'autocannon';
import { cpuSecondsOf, type Subject } from './processes.ts';

const SECONDS = 4;

/** What is asked again and again of one server; connections begin at different places of the list. */
export type Load = Readonly<{
  name: string;
  subject: Subject;
  requests: readonly autocannon.Request[];
  /** What every answer must be, or the figures mean nothing. */
  status: number;
}>;

/** Requests a second, milliseconds, microseconds of processor for one request. */
export type Figures = Readonly<{ rate: number; p50: number; p99: number; cpu: number }>;

/** @throws {Error} when an answer had another status, or none came. */
export async function measure(load: Load, connections: number, seconds = SECONDS): Promise<Figures> {
  const { name, subject, requests, status } = load;
  let begun = 0;
  const before = cpuSecondsOf(subject.pid);
  const result = await autocannon({
    url: subject.address,
    connections,
    duration: seconds,
    // All at the same place would ask for the same thing at the same time.
    setupClient: (client) => {
      const at = Math.floor((begun++ * requests.length) / connections);
      client.setRequests([...requests.slice(at), ...requests.slice(0, at)]);
    },
  });
  const used = cpuSecondsOf(subject.pid) - before;
  const counted = result.statusCodeStats as Record<string, { count: number }> | undefined;
  const answered = counted?.[String(status)]?.count ?? 0;
  if (answered !== result.requests.total || result.errors > 0) {
    throw new Error(`${name}: ${JSON.stringify(counted)}, ${result.errors} failed`);
  }
  return {
    rate: answered / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    cpu: (used / answered) * 1e6,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function medianOf(runs: readonly Figures[]): Figures {
  const of = (pick: (run: Figures) => number) => median(runs.map(pick));
  return {
    rate: of(({ rate }) => rate),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    cpu: of(({ cpu }) => cpu),
  };
}
