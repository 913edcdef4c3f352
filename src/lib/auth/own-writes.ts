import { logFailure } from '../log.ts';
import type { OwnWrites } from '../wix/context.ts';
import type { Member } from './actor.ts';
import { NOTED_EVERY_MS } from './member-store.ts';
import { stores } from './stores.ts';

/** Wix's replicas may lag behind a write for so long, in milliseconds; and the last one may have gone unnoted. */
const RECENT_MS = 15_000 + NOTED_EVERY_MS;

/**
 * When the member last wrote, as the check of their credential has read it, so that their next reads show it: on all
 * replicas of this site, and by every credential of theirs.
 */
export function ownWritesOf({ id, wroteAt }: Member): OwnWrites {
  let last = wroteAt?.getTime() ?? -Infinity;
  // Clocks of other machines are ahead of ours at times.
  const isWithin = (ms: number) => Math.abs(Date.now() - last) < ms;
  return {
    areRecent: () => isWithin(RECENT_MS),
    async note() {
      if (isWithin(NOTED_EVERY_MS)) return;
      last = Date.now();
      try {
        await stores().members.noteWrite(id);
      } catch (error) {
        // The write itself is done: told otherwise, its maker would send it again.
        logFailure(error, 'noting a write');
      }
    },
  };
}
