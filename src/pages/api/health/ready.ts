import { endpoint, otherMethods } from '../../../lib/http/endpoint.ts';
import { json } from '../../../lib/http/json.ts';
import { failingParts } from '../../../lib/readiness.ts';

/** Every part that requests rely on answers; else 503 with the names of those that do not. */
export const GET = endpoint({ credentials: 'ignored' }, async () => {
  const failing = await failingParts();
  if (failing.length === 0) return json({ status: 'ready' });
  return json({ status: 'not-ready', failing }, { status: 503 });
});

export const ALL = otherMethods({ GET });
