import type { WixCollection } from '../wix/examination.ts';
import { fits, wixField, wixTypesOf } from './field-types.ts';
import type { Finding } from './finding.ts';
import { wixData, type Subject } from './subject.ts';

/** Whether each declared field is there, holds what it is declared to hold, and refers to where it is declared to. */
export function checkFields({ name, policy, lines }: Subject, found: WixCollection): Finding[] {
  return Object.entries(policy.fields).flatMap(([key, field]): Finding[] => {
    const base = { subject: `${name}.${key}`, place: lines(name, key) };
    const known = found.fields.find((one) => one.key === key);
    if (!known) {
      const call = wixData('/v2/collections/create-field', {
        dataCollectionId: name,
        field: wixField(key, field),
      });
      const words = `add the field ${key} in the CMS, Manage Fields, or by this call`;
      return [{ level: 'fault', ...base, message: 'there is no such field at Wix', remedy: { words, call } }];
    }
    const wanted = wixTypesOf(field).join(' or ');
    const verdict = fits(field, known.type);
    if (verdict !== 'yes') {
      const level = verdict === 'no' ? 'fault' : 'warning';
      const message = `is ${known.type} at Wix and declared as ${field.type}, which is ${wanted}`;
      return [
        { level, ...base, message, remedy: { words: 'change its type in the CMS, or the declaration' } },
      ];
    }
    const referred = known.typeMetadata?.reference?.referencedCollectionId ?? 'nothing';
    if (field.collection === null || referred === field.collection) return [];
    const message = `refers to ${referred} at Wix and is declared to refer to ${field.collection}`;
    const words = 'make the reference anew in the CMS, or change the declaration';
    return [{ level: 'fault', ...base, message, remedy: { words } }];
  });
}
