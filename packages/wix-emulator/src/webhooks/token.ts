import { SignJWT } from 'jose';
import type { AppKey } from '../app-key.ts';
import type { RegisteredApp } from '../registered-app.ts';
import type { WebhookEvent } from './event.ts';

/** The SDK checks `exp` where there is one [recorded]; how long Wix's tokens live is not published. */
const LIFETIME_SECONDS = 3_600;

/** The body of a webhook: one JWS, in whose claims JSON stands in text in text in text [recorded]. */
export async function webhookToken(
  { eventType, payload }: WebhookEvent,
  key: AppKey,
  app: RegisteredApp,
  now: number,
): Promise<string> {
  const data = JSON.stringify({ data: JSON.stringify(payload), eventType, instanceId: app.instanceId });
  const issuedAt = Math.floor(now / 1000);
  return (
    new SignJWT({ data })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      // What the SDK expects of tokens whose issuer it does check [source: AppStrategy.decodeJWT].
      .setIssuer('wix.com')
      .setAudience(app.clientId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LIFETIME_SECONDS)
      .sign(key.privateKey)
  );
}
