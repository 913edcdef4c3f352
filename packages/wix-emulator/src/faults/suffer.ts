import { setTimeout as pause } from 'node:timers/promises';
import { requestId } from '../http/request-id.ts';
import type { Site } from '../site.ts';
import { ConnectionCut, cutInHalf } from './cut.ts';
import { LONGEST_WAIT_MS } from './rule.ts';
import type { RequestFault } from './rule.ts';
import { answerForAnother } from './wrong-member.ts';

type Answer = (request: Request) => Promise<Response>;

/** Answers a request as the fault says, or rejects as `fetch` does when no answer comes. */
export async function suffer(
  site: Site,
  rule: RequestFault,
  request: Request,
  answer: Answer,
): Promise<Response> {
  switch (rule.fault) {
    case 'status':
      return failed(site, rule);
    case 'slow': {
      const response = await answer(request);
      await wait(site, rule.delayMs, request.signal);
      return response;
    }
    case 'stall':
      await wait(site, LONGEST_WAIT_MS, request.signal);
      throw new ConnectionCut();
    case 'cut':
      if (rule.when === 'before') throw new ConnectionCut();
      return cutInHalf(await answer(request));
    case 'wrong-member':
      return answerForAnother(site, rule.member, request, answer);
  }
}

/** No body of Wix's is known for these, so it says what it is; the SDK takes any JSON. */
function failed(site: Site, { status, retryAfterSeconds }: RequestFault & { fault: 'status' }): Response {
  const message = `The Wix emulator was told to answer ${status} here`;
  return Response.json(
    { message },
    {
      status,
      headers: {
        'x-wix-request-id': requestId(site.now()),
        ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
      },
    },
  );
}

/** Waits in real time; a caller that gives up gets what `fetch` throws then: the reason of its signal. */
async function wait({ faults }: Site, milliseconds: number, caller: AbortSignal): Promise<void> {
  try {
    await pause(milliseconds, undefined, { signal: AbortSignal.any([caller, faults.closed]) });
  } catch {
    caller.throwIfAborted();
    throw new ConnectionCut();
  }
}
