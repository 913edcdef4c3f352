/** Scripts, styles and calls from our own origin only; nobody may frame a page. CSP Level 3. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers that every answer carries, pages, API and errors alike. */
export function withSecurityHeaders(response: Response, requestId: string): Response {
  const { headers } = response;
  // The development server injects inline styles and scripts of its own.
  if (import.meta.env.PROD) headers.set('content-security-policy', CONTENT_SECURITY_POLICY);
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
