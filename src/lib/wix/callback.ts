import { environment } from '../../env.ts';

/** Where Wix sends a sign-in back to: it must stand on the OAuth app's list of allowed redirect URIs, to the letter. */
export function callbackAddress(): string {
  return `${environment().SITE_ORIGIN}/api/auth/callback`;
}
