import { environment, parseEnvironment, provideEnvironment } from '../../env.ts';
import { Problem } from '../http/problem.ts';
import type { Policy } from '../policy/collection.ts';
import { policies as declared } from '../policy/collections.ts';
import { openJournal, provideJournal } from '../policy/journal.ts';
import { authorizeSystem } from '../policy/system.ts';
import { connectClients } from '../wix/context.ts';
import { examineCollection, examineIndexes } from '../wix/examination.ts';
import { installTransport, type WixBackend } from '../wix/transport.ts';
import { checkCollection, missingCollection } from './check-collection.ts';
import { checkConnection } from './check-connection.ts';
import { checkDatabase } from './check-database.ts';
import { checkEnvironment } from './check-environment.ts';
import { checkRights } from './check-rights.ts';
import type { Finding } from './finding.ts';
import { policyLines, type PolicyLines } from './policy-lines.ts';
import { unlessRefused } from './refused.ts';
import type { Subject } from './subject.ts';

export type Examination = Readonly<{
  variables: Readonly<Record<string, string | undefined>>;
  mode: 'offline' | 'live';
  /** Answers everything that would go to Wix, in place of the network: the emulator. */
  wix?: WixBackend;
  /** Those declared unless given. */
  policies?: Readonly<Record<string, Policy>>;
  /** The text of the policy file, to name its lines. */
  source?: string;
}>;

/** How long one call to Wix may take at most, in milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * Compares a site with the environment and the policies. Nothing at Wix and nothing in our database is changed; what is
 * asked with the app's rights stands in the journal.
 */
export async function examine(examination: Examination): Promise<Finding[]> {
  const { variables, mode, wix, policies = declared, source = '' } = examination;
  const ofEnvironment = checkEnvironment(variables, mode);
  if (ofEnvironment.some(({ subject }) => subject === 'environment')) {
    provideEnvironment(parseEnvironment(variables, mode));
    const [ofDatabase, ofWix] = await Promise.all([
      checkDatabase(),
      askWix(policies, policyLines(source), wix),
    ]);
    return [...ofEnvironment, ...ofDatabase, ...ofWix];
  }
  const message = 'database and Wix were not asked: the variables come first';
  return [...ofEnvironment, { level: 'unchecked', subject: 'environment', message }];
}

async function askWix(
  policies: Readonly<Record<string, Policy>>,
  lines: PolicyLines,
  wix: WixBackend | undefined,
): Promise<Finding[]> {
  const { WIX_TIMEOUT_MS, DATA_DIR } = environment();
  const timeoutMs = Math.min(WIX_TIMEOUT_MS, PATIENCE_MS);
  const uninstall = installTransport({ timeoutMs, ...(wix && { backend: wix }) });
  const journal = openJournal(DATA_DIR);
  provideJournal(journal);
  connectClients();
  const findings: Finding[] = [];
  try {
    const connection = await checkConnection();
    findings.push(...connection.findings);
    if (!connection.isConnected) return [...findings, NOT_ASKED];
    findings.push(...(await checkRights(policies)));
    for (const [name, policy] of Object.entries(policies))
      findings.push(...(await lookAt({ name, policy, lines })));
    return findings;
  } catch (error) {
    return [...findings, outage(error)];
  } finally {
    journal.close();
    uninstall();
  }
}

const NOT_ASKED: Finding = {
  level: 'unchecked',
  subject: 'collections',
  message: 'could not be looked at without the app’s token',
};

async function lookAt(subject: Subject): Promise<Finding[]> {
  const grant = authorizeSystem('site:examine');
  const found = await unlessRefused(examineCollection(grant, subject.name).then((answer) => ({ answer })));
  if (!found) return [forbidden(subject, 'the collection')];
  if (!found.answer) return [missingCollection(subject)];
  // A database of one's own has indexes of its own.
  if ((found.answer.collectionType ?? 'NATIVE') !== 'NATIVE')
    return checkCollection(subject, found.answer, null);
  const indexes = await unlessRefused(examineIndexes(grant, subject.name));
  const findings = checkCollection(subject, found.answer, indexes);
  return indexes ? findings : [...findings, forbidden(subject, 'its indexes')];
}

function forbidden({ name, lines }: Subject, what: string): Finding {
  return {
    level: 'unchecked',
    subject: name,
    place: lines(name),
    message: `Wix does not let the app look at ${what}`,
    remedy: { words: 'give the app the permission to manage data collections, see docs/wix-site.md' },
  };
}

/** Wix in trouble would be in trouble for the next question too, and each may take its time. */
function outage(error: unknown): Finding {
  if (!(error instanceof Problem)) throw error;
  const message = `could not be asked further: ${error.detail ?? error.message}`;
  return { level: 'unchecked', subject: 'Wix', message };
}
