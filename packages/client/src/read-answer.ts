import { readJsonObject, refusal, responseError } from './problem.ts';
import type { GatehouseResponse } from './types.ts';

/** RFC 9110 §15.4: the statuses that name another address. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** @throws {GatehouseError} for every answer that is no success, or none of Gatehouse's. */
export function readAnswer<Result>(
  response: Response,
  text: string,
  token: string | undefined,
): GatehouseResponse<Result> {
  const { status, headers } = response;
  if (response.type === 'opaqueredirect' || REDIRECTS.has(status)) {
    throw refusal(
      response,
      'redirected',
      'Redirects are not followed',
      'The server answered with a redirect, which is not followed, because it could carry the token elsewhere. Use the final address as baseUrl.',
    );
  }
  if (!response.ok && status !== 304) {
    // A debugging proxy may quote the request it could not pass on.
    throw responseError(response, readJsonObject(token ? text.replaceAll(token, '[token]') : text));
  }
  // RFC 9110 §15.3.5: no content. RFC 7240 §4.2: nor where the caller preferred none.
  if (status === 204 || (text === '' && headers.has('preference-applied')))
    return { result: undefined as Result, status, headers };
  const result = readJsonObject(text);
  if (result === undefined) {
    throw refusal(
      response,
      'unreadable-answer',
      'The answer is not JSON',
      `The server answered ${status} with something other than a JSON object. Is baseUrl right, or a sign-in page of the network in between?`,
    );
  }
  return { result: result as Result, status, headers };
}
