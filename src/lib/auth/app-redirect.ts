import { environment } from '../../env.ts';

/** The one part of a loopback redirect URI that may differ: the port the app happened to get. RFC 8252 §7.3. */
const LOOPBACK = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::\d{1,5})?(?=[/?]|$)/;

/** Whether codes may be sent here: the very text of one of `APP_REDIRECT_URIS`, the port of a loopback address aside. */
export function isAppRedirectUri(text: string, allowed = environment().APP_REDIRECT_URIS): boolean {
  if (!URL.canParse(text)) return false;
  const portless = (uri: string) => uri.replace(LOOPBACK, '$1');
  return allowed.some((uri) => uri === text || (LOOPBACK.test(uri) && portless(uri) === portless(text)));
}

/** Whom a redirect URI belongs to, in words for the person who is asked. */
export function appBehind(redirectUri: string): string {
  const { protocol, host } = new URL(redirectUri);
  if (protocol === 'http:') return `a program on this device (${host})`;
  return protocol === 'https:' ? host : protocol.slice(0, -1);
}

/**
 * Where the consent form may lead, as a source of a content security policy: Chromium applies `form-action` to the
 * redirect after a post too. The policy knows neither IPv6 addresses nor hosts of an app's own schemes.
 */
export function formTarget(redirectUri: string): string {
  const { origin, protocol, hostname } = new URL(redirectUri);
  return origin === 'null' || hostname.startsWith('[') ? protocol : origin;
}
