/** Scripts, styles and calls from our own origin only; nobody may frame a page. CSP Level 3. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

/**
 * Headers that every answer carries, pages, API and errors alike.
 * @param formTargets where forms of this page may lead besides our own origin.
 */
export function withSecurityHeaders(
  response: Response,
  requestId: string,
  formTargets: readonly string[] = [],
): Response {
  const { headers } = response;
  const formAction = ["form-action 'self'", ...formTargets].join(' ');
  // The development server injects inline styles and scripts of its own.
  if (import.meta.env.PROD) headers.set('content-security-policy', [...POLICY, formAction].join('; '));
  headers.set('x-content-type-options', 'nosniff');
  // With "no-referrer" browsers would send "Origin: null" with our own forms.
  headers.set('referrer-policy', 'same-origin');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('cross-origin-resource-policy', 'same-origin');
  headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=()');
  headers.set('x-request-id', requestId);
  // What a page shows depends on who asks.
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  return response;
}
