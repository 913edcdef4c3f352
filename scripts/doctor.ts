import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isOffline } from '../server/mode.ts';
import { visitOfflineWix } from '../server/offline.ts';
import { examine } from '../src/lib/doctor/examine.ts';
import { exitCodeOf, type Finding } from '../src/lib/doctor/finding.ts';
import { POLICY_FILE } from '../src/lib/doctor/policy-lines.ts';
import { asJson, inWords } from '../src/lib/doctor/report.ts';

/**
 * `npm run doctor`: compares the site that `npm start` would serve with the policies, and changes nothing. Ends with 0
 * when nothing is wrong, with 1 when something is, with 2 when it could not find out.
 */
const USAGE = 'usage: npm run -s doctor [-- --json]';

const COULD_NOT_CHECK = 2;

process.exit(await main());

async function main(): Promise<number> {
  try {
    const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
    const findings = await diagnose();
    process.stdout.write(values.json ? asJson(findings) : inWords(findings));
    return exitCodeOf(findings);
  } catch (error) {
    console.error(`doctor: ${error instanceof Error ? error.message : String(error)}`);
    if (String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')) console.error(USAGE);
    return COULD_NOT_CHECK;
  }
}

async function diagnose(): Promise<Finding[]> {
  const source = await readFile(new URL(`../${POLICY_FILE}`, import.meta.url), 'utf8');
  const variables = process.env;
  if (!isOffline(variables)) return examine({ variables, mode: 'live', source });
  const host = variables['HOST'] || 'localhost';
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${variables['PORT'] || '4321'}`;
  const offline = await visitOfflineWix(variables, origin);
  try {
    const wix = (request: Request) => offline.emulator.fetch(request);
    const findings = await examine({ variables: offline.variables, mode: 'offline', wix, source });
    const message = offline.isKept
      ? 'the embedded Wix of the data folder was asked'
      : 'there is no data folder yet: a Wix as the first start would make it was asked';
    return [{ level: 'ok', subject: 'offline', message }, ...findings];
  } finally {
    offline.emulator.close();
  }
}
