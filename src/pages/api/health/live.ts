import { endpoint, otherMethods } from '../../../lib/http/endpoint.ts';
import { json } from '../../../lib/http/json.ts';

/** The process answers. Says nothing about the parts behind it. */
export const GET = endpoint({ credentials: 'ignored' }, async () =>
  Promise.resolve(json({ status: 'live' })),
);

export const ALL = otherMethods({ GET });
