import { endpoint } from '../../lib/http/endpoint.ts';
import { Problem } from '../../lib/http/problem.ts';

/** Everything under /api that is not there answers as the API does, not with a page. */
export const ALL = endpoint({ credentials: 'ignored' }, async () => Promise.reject(new Problem('not-found')));
