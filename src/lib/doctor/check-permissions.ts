import type { WixCollection } from '../wix/examination.ts';
import type { Finding } from './finding.ts';
import { bypassedActions, comparePermissions, neededPermissions, type Comparison } from './permissions.ts';
import { wixData, type Subject } from './subject.ts';

/** Who may reach the collection at Wix, against whom the policy needs to reach it. */
export function checkPermissions({ name, policy, lines }: Subject, found: WixCollection): Finding[] {
  const comparisons = comparePermissions(policy, found);
  const base = { subject: name, place: lines(name) };
  if (!comparisons)
    return [{ level: 'unchecked', ...base, message: 'Wix does not show who may do what with it' }];
  const call = wixData('/v1/permissions', {
    dataPermissions: { id: name, ...neededPermissions(comparisons) },
  });
  const words = `in the CMS: ${name}, More Actions, Permissions & privacy; or by this call`;
  const of = (verdict: Comparison['verdict']) => comparisons.filter((one) => one.verdict === verdict);
  const told = (verdict: Comparison['verdict'], effect: string): Finding[] => {
    const wrong = of(verdict).map(
      ({ action, actual, needed }) => `${action} is for ${actual}, needed is ${needed}`,
    );
    if (wrong.length === 0) return [];
    return [{ level: 'fault', ...base, message: `${effect}: ${wrong.join('; ')}`, remedy: { words, call } }];
  };
  return [
    ...told('too-open', 'more open than the policy, so a browser can go round Gatehouse'),
    ...told('too-narrow', 'less open than the policy, so Wix refuses whom the rule lets in'),
  ];
}

/** What the permissions cannot put right, since calls run as the member. */
export function checkBypasses({ name, policy, lines }: Subject): Finding[] {
  const base = { subject: name, level: 'warning' as const };
  const words = `write as: 'app', and close the collection at Wix`;
  const bypassed = bypassedActions(policy);
  const hidden = Object.keys(policy.fields).filter((key) => !policy.readable.includes(key));
  const findings: Finding[] = [];
  if (bypassed.length > 0) {
    const message = `runs as the member, and Wix lets any member ${bypassed.join(', ')} rows that the rule does not select`;
    findings.push({ ...base, place: lines(name, bypassed[0]), message, remedy: { words } });
  }
  if (policy.as === 'member' && policy.rules.query && hidden.length > 0) {
    const message = `runs as the caller, and Wix shows them what readable leaves out: ${hidden.join(', ')}`;
    findings.push({ ...base, place: lines(name, 'readable'), message, remedy: { words } });
  }
  return findings;
}
