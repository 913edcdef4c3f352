import { endpoint, otherMethods } from '../../lib/http/endpoint.ts';
import { json } from '../../lib/http/json.ts';
import { authorizeCapability } from '../../lib/policy/authorize.ts';
import { getSiteProperties } from '../../lib/wix/site-properties.ts';

export const GET = endpoint({}, async ({ locals: { actor } }) => {
  const grant = authorizeCapability(actor, 'site-properties:read');
  return json(await getSiteProperties(grant));
});

export const ALL = otherMethods({ GET });
