import type { APIRoute } from 'astro';
import { answerCall } from '../../../lib/external-database/answer.ts';
import { externalDatabase } from '../../../lib/external-database/current.ts';
import { otherMethods } from '../../../lib/http/endpoint.ts';

/** Wix calls: who is asking, what for, and what may be wrong with it are told in Wix's own shapes. */
export const POST: APIRoute = ({ request, params }) =>
  answerCall(externalDatabase(), request, (params['path'] ?? '').replace(/\/$/, ''));

export const ALL = otherMethods({ POST });
