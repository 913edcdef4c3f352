import { provided } from '../provided.ts';

export type Readiness = Readonly<{
  /** One probe per part that must answer before requests make sense. */
  probes: Readonly<Record<string, () => Promise<void>>>;
  /** Parts of Wix that are given a rest, by name; nothing is asked to find out. */
  resting: () => readonly string[];
}>;

const [provideReadiness, readiness] = provided<Readiness>('readiness probes');
export { provideReadiness };

/** The names of the parts that do not answer; empty when ready. */
export async function failingParts(): Promise<string[]> {
  const results = await Promise.all(
    Object.entries(readiness().probes).map(async ([name, probe]) => {
      try {
        await probe();
        return [];
      } catch {
        return [name];
      }
    }),
  );
  return results.flat();
}

/** Parts of Wix that this process leaves alone for a while. That is no reason to send requests elsewhere. */
export function restingParts(): readonly string[] {
  return readiness().resting();
}
