import { provided } from '../provided.ts';

/** One probe per part that must answer before requests make sense. */
export type Probes = Readonly<Record<string, () => Promise<void>>>;

const [provideReadiness, probes] = provided<Probes>('readiness probes');
export { provideReadiness };

/** The names of the parts that do not answer; empty when ready. */
export async function failingParts(): Promise<string[]> {
  const results = await Promise.all(
    Object.entries(probes()).map(async ([name, probe]) => {
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
