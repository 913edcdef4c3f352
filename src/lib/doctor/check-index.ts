import type { Finding } from './finding.ts';
import { indexFor, type Coverage } from './indexes.ts';
import { wixData, type Subject } from './subject.ts';

export function checkIndex({ name, lines }: Subject, { owner, state, failed, hasRoom }: Coverage): Finding[] {
  if (state === 'covered') return [];
  const call = wixData('/v2/indexes', { dataCollectionId: name, index: indexFor(owner) });
  const effect = {
    missing: `no index begins with ${owner}: every request goes through the whole collection`,
    'sorted-by-hand': `the index on ${owner} ends there: every list is sorted anew`,
  };
  const failure = failed === null ? '' : ` (Wix could not build ${failed}: drop it first)`;
  return [
    {
      level: 'warning',
      subject: `${name}.${owner}`,
      place: lines(name, owner),
      message: effect[state] + failure,
      remedy: hasRoom
        ? { words: 'add an index on it and what lists sort by', call }
        : { words: 'the collection has the three indexes that Wix allows: drop one, then add one on it' },
    },
  ];
}
