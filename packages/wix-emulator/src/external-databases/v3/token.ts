import { SignJWT } from 'jose';
import type { KeyObject } from 'node:crypto';

/** Long enough for a slow network, short enough that a token that was overheard is soon worth nothing. */
const LIFETIME_SECONDS = 60;

/**
 * The body of a request to a service plugin: one JWS whose claim `data` holds the request and what is known of it, as
 * an object. https://dev.wix.com/docs/build-apps/develop-your-app/frameworks/self-hosting/supported-extensions/backend-extensions/add-self-hosted-service-plugin-extensions
 */
export function serviceToken(
  data: { request: object; metadata: object },
  { privateKey, appId }: { privateKey: KeyObject; appId: string },
): Promise<string> {
  // By the machine's clock, for the adapter goes by it: a site whose clock was moved forward would sign for the future.
  const issuedAt = Math.floor(Date.now() / 1000);
  return new SignJWT({ data })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer('wix.com')
    .setAudience(appId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .sign(privateKey);
}
