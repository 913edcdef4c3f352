/** Addresses of the API that a person's browser visits: apps and Wix send it there. */
const PAGES: ReadonlySet<string> = new Set(['/api/auth/authorize', '/api/auth/callback']);

/** For whom an address answers: a page for people, everything else under `/api/` for programs. */
export function doorOf(pathname: string): 'page' | 'api' {
  // The router takes a slash at the end for none.
  return pathname.startsWith('/api/') && !PAGES.has(pathname.replace(/\/$/, '')) ? 'api' : 'page';
}

/** Addresses that Wix itself calls, with an authentication of their own. */
export function isForWix(pathname: string): boolean {
  return pathname.startsWith('/api/external-database/');
}
