import { environment } from '../../env.ts';
import { readSchemaVersion } from '../store/schema-version.ts';
import { ok, type Finding } from './finding.ts';

/** Our own database: whether it answers, and how far its schema has come. */
export async function checkDatabase(): Promise<Finding[]> {
  const { DATABASE_URL, DATA_DIR } = environment();
  const subject = 'database';
  try {
    const { last, missing, unknown } = await readSchemaVersion({ url: DATABASE_URL, dataFolder: DATA_DIR });
    if (unknown.length > 0) {
      const message = `was written by a newer Gatehouse: ${unknown.join(', ')}`;
      return [{ level: 'fault', subject, message, remedy: { words: 'use that one, or restore a backup' } }];
    }
    if (last === null) return [ok(subject, 'is not there yet or empty; the start makes its tables')];
    if (missing.length === 0) return [ok(subject, `answers; its schema is at ${last}`)];
    const message = `its schema is at ${last}; missing are ${missing.join(', ')}`;
    return [{ level: 'warning', subject, message, remedy: { words: 'the next start brings it up to date' } }];
  } catch (error) {
    // Only the code: the message of a driver may repeat the address, password included.
    const code = (error as { code?: unknown } | null)?.code;
    const message = `cannot be read (${typeof code === 'string' && code !== '' ? code : 'no code'})`;
    const words =
      DATABASE_URL === undefined ? `look at ${DATA_DIR}/gatehouse.sqlite` : 'look at DATABASE_URL';
    return [{ level: 'fault', subject, message, remedy: { words } }];
  }
}
