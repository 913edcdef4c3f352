import { assertSignedIn } from '../../../../lib/auth/authenticate.ts';
import { endEverythingElse, listDevices } from '../../../../lib/auth/devices.ts';
import { endpoint, otherMethods } from '../../../../lib/http/endpoint.ts';
import { json, noContent } from '../../../../lib/http/json.ts';
import { presentDevice } from '../../../../lib/http/present-credentials.ts';

export const GET = endpoint({}, async ({ locals: { actor } }) => {
  assertSignedIn(actor);
  const devices = await listDevices(actor);
  return json({ sessions: devices.map(presentDevice) });
});

export const DELETE = endpoint({}, async ({ locals: { actor } }) => {
  assertSignedIn(actor);
  await endEverythingElse(actor);
  return noContent();
});

export const ALL = otherMethods({ GET, DELETE });
