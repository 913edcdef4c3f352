const HOME = '/';

const LONGEST = 2048;

/** An origin that nobody can have (RFC 6761 §6.4), to read an address against. */
const NOWHERE = 'http://gatehouse.invalid';

/**
 * White space and control characters, which URL parsers drop; backslashes, which they turn; either one encoded, in the
 * path, where somebody may decode it. In the query encoded text stays what it is.
 */
const DECEPTIVE = /[\\\s\p{Cc}]|^[^?#]*%(?:2f|5c|[01][\da-f]|20|7f)/iu;

/**
 * Where to go after signing in: a path on this site, or home. Whoever makes the link chooses this value, so nothing is
 * repaired: what does not read the same to every parser is dropped.
 */
export function safeReturnTo(asked: string | null | undefined): string {
  if (!asked?.startsWith('/') || asked.length > LONGEST || DECEPTIVE.test(asked)) return HOME;
  if (!URL.canParse(asked, NOWHERE)) return HOME;
  const { origin, pathname, search } = new URL(asked, NOWHERE);
  // Looked at again once dots are resolved: "/..//host" becomes "//host", which is another site.
  return origin === NOWHERE && !pathname.startsWith('//') ? pathname + search : HOME;
}

/** The query of a sign-in page that leads on to a safe path. */
export function returnToQuery(returnTo: string): string {
  return returnTo === HOME ? '' : `?returnTo=${encodeURIComponent(returnTo)}`;
}

/** The sign-in page, which leads back to the page that was asked for. */
export function signInAddress({ pathname, search }: URL): string {
  return `/login${returnToQuery(pathname + search)}`;
}
