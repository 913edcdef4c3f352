import { ACTIONS, type Policy } from '../policy/collection.ts';
import type { WixIndex } from '../wix/examination.ts';

/** dev.wix.com/docs/sdk/backend-modules/data/indexes/introduction */
const REGULAR_INDEXES = 3;

/** What the indexes of a collection do for one owner field. */
export type Coverage = Readonly<{
  owner: string;
  state: 'covered' | 'sorted-by-hand' | 'missing';
  /** The name of an index that Wix could not build. */
  failed: string | null;
  hasRoom: boolean;
}>;

/** Every list filters by the owner and sorts after that; without an index Wix goes through the whole collection. */
export function coverageOf(policy: Policy, indexes: readonly WixIndex[]): Coverage[] {
  const usable = indexes.filter(({ status }) => status !== 'FAILED');
  const own = indexes.filter(({ unique, source }) => !unique && source !== 'SYSTEM');
  return ownersOf(policy).map((owner) => {
    const leading = usable.filter(({ fields }) => fields[0]?.path === owner);
    const isSorted = leading.some(({ fields }) => fields.length > 1);
    const failed = indexes.find(({ status, fields }) => status === 'FAILED' && fields[0]?.path === owner);
    return {
      owner,
      state: isSorted ? 'covered' : leading.length > 0 ? 'sorted-by-hand' : 'missing',
      failed: failed?.name ?? null,
      hasRoom: own.length < REGULAR_INDEXES,
    };
  });
}

/** The index that serves a list in its usual order, newest first. */
export function indexFor(owner: string) {
  return {
    name: `by-${owner}`,
    fields: [
      { path: owner, order: 'ASC' },
      { path: '_createdDate', order: 'DESC' },
    ],
  };
}

/** Wix has an index of its own for `_owner`. */
function ownersOf({ rules }: Policy): string[] {
  const owners = ACTIONS.flatMap((action) => rules[action]?.ownerFields ?? []);
  return [...new Set(owners)].filter((owner) => owner !== '_owner');
}
