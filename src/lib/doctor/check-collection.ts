import type { WixCollection, WixIndex } from '../wix/examination.ts';
import { checkFields } from './check-fields.ts';
import { checkIndex } from './check-index.ts';
import { checkBypasses, checkPermissions } from './check-permissions.ts';
import { wixField } from './field-types.ts';
import { ok, type Finding } from './finding.ts';
import { coverageOf } from './indexes.ts';
import { permissionsFor } from './permissions.ts';
import { wixData, type Subject } from './subject.ts';

export function missingCollection({ name, policy, lines }: Subject): Finding {
  const fields = Object.entries(policy.fields).map(([key, field]) => wixField(key, field));
  const collection = { id: name, displayName: name, fields, permissions: permissionsFor(policy) };
  return {
    level: 'fault',
    subject: name,
    message: 'there is no such collection at Wix',
    place: lines(name),
    remedy: {
      words: 'make it in the CMS, or by this call, fields and permissions included',
      call: wixData('/v2/collections', { collection }),
    },
  };
}

/**
 * A collection that is there: its fields, who may reach it, its indexes.
 * @param indexes `null` where they could not be looked at, or there are none to make.
 */
export function checkCollection(
  subject: Subject,
  found: WixCollection,
  indexes: readonly WixIndex[] | null,
): Finding[] {
  const findings = [
    ...checkFields(subject, found),
    ...checkPermissions(subject, found),
    ...checkBypasses(subject),
    ...(indexes ? coverageOf(subject.policy, indexes).flatMap((one) => checkIndex(subject, one)) : []),
  ];
  if (findings.length > 0) return findings;
  const count = Object.keys(subject.policy.fields).length;
  return [
    ok(
      subject.name,
      `${count} fields, permissions${indexes ? ' and indexes' : ''} are as the policy needs them`,
    ),
  ];
}
