import type { AccessToken } from '../auth/access-token-store.ts';
import type { Device } from '../auth/devices.ts';

/** A device as its member may see it. The id is a hash and opens nothing. */
export function presentDevice({ id, device, createdAt, lastSeenAt, expiresAt, current }: Device) {
  return { id, device, createdAt, lastSeenAt, expiresAt, current };
}

/** An access token as its member may see it again: how it begins, never the rest. */
export function presentAccessToken({
  id,
  name,
  prefix,
  scopes,
  createdAt,
  expiresAt,
  lastUsedAt,
}: AccessToken) {
  return { id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt };
}
