import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyJournal } from '../src/lib/policy/journal-chain.ts';

/**
 * `npm run journal:verify [data folder]`: looks whether the journals of elevated calls are whole. Ends with 1 when one
 * of them is not, or there is none.
 */
const folder = join(process.argv[2] ?? process.env['DATA_DIR'] ?? '.data', 'journal');
const names = journalsIn(folder);
if (names.length === 0) {
  console.error(`There is no journal in ${folder}.`);
  process.exitCode = 1;
}
for (const name of names) {
  const { lines, calls, unended, faults } = verifyJournal(readFileSync(join(folder, name), 'utf8'));
  const open = unended === 0 ? '' : `, ${unended} without an end`;
  console.log(`${name}: ${lines} lines, ${calls} elevated calls${open}, ${faults.length} faults`);
  for (const { line, message } of faults) console.log(`  line ${line} ${message}`);
  if (faults.length > 0) process.exitCode = 1;
}

function journalsIn(path: string): string[] {
  try {
    return readdirSync(path).filter((name) => name.endsWith('.jsonl'));
  } catch {
    return [];
  }
}
