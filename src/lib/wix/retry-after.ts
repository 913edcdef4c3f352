/** Nobody is told to wait longer, in seconds: an hour ago Wix may have known no better. */
const LONGEST = 3600;

/**
 * How long Wix asks to be left alone, in whole seconds; `null` when it does not say. As a number or as a date:
 * RFC 9110 §10.2.3. A date that has passed says nothing.
 */
export function retryAfterOf(headers: Headers, now: number = Date.now()): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - now) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(Math.ceil(seconds), LONGEST) : null;
}
