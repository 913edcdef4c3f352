import type { CollectionAdapter, ExternalSchema } from '../external-databases/adapter.ts';
import { checkReads } from './reads.ts';
import { Skipped } from './report.ts';
import type { Report } from './report.ts';
import { checkWrites } from './writes.ts';

/** Everything a collection announces that it can do. */
export async function checkData(
  report: Report,
  adapter: CollectionAdapter,
  schema: ExternalSchema,
  { isV3, isScratch, mayWrite }: { isV3: boolean; isScratch: boolean; mayWrite: boolean },
): Promise<void> {
  const reads = () => checkReads(report, adapter, schema, isV3);
  if (mayWrite) return checkWrites(report, adapter, schema, { isScratch, isV3, reads });
  await reads();
  await report.check('Writing', 'inserts, updates and removes', () => {
    throw new Skipped('nothing may be written; see --write');
  });
}
