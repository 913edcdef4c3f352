import { endpoint, otherMethods } from '../../../lib/http/endpoint.ts';
import { json } from '../../../lib/http/json.ts';
import { failingParts, restingParts } from '../../../lib/readiness.ts';

/**
 * Every part that requests rely on answers; else 503 with the names of those that do not. Wix being in trouble does not
 * count, since it would be at every replica; `resting` names what of it is left alone.
 */
export const GET = endpoint({ credentials: 'ignored' }, async () => {
  const failing = await failingParts();
  const resting = restingParts();
  if (failing.length === 0) return json({ status: 'ready', ...(resting.length > 0 && { resting }) });
  return json({ status: 'not-ready', failing }, { status: 503 });
});

export const ALL = otherMethods({ GET });
