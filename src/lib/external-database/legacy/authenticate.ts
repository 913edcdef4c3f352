import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ROLES, toCaller, type Caller, type Role } from '../caller.ts';
import { badRequest, Fault } from '../fault.ts';
import { parseRequest } from '../parse.ts';

const Text = z.string().max(200).nullish();

/** Unknown keys of the context grant nothing, so they may be there: Wix adds some now and then. */
const RequestContext = z.looseObject({
  settings: z.record(z.string(), z.unknown()),
  instanceId: Text,
  installationId: Text,
  memberId: Text,
  role: Text,
  memberRole: Text,
});

/**
 * Who is asking, once the secret is right. The body carries it, so that it is looked at before anything else of it.
 * @param secretKey without one this generation is closed.
 * @param sites instance ids that may come in; all when empty.
 * @throws {Fault} `UNAUTHORIZED`, or `BAD_REQUEST` for two roles that disagree.
 */
export function authenticateLegacy(
  document: unknown,
  secretKey: string | undefined,
  sites: readonly string[],
): Caller {
  const context = own(document, 'requestContext');
  if (!isSecret(own(own(context, 'settings'), 'secretKey'), secretKey)) throw unauthorized();
  const { settings, instanceId, installationId, memberId, role, memberRole } = parseRequest(
    RequestContext,
    context,
  );
  if (role && memberRole && role !== memberRole) throw badRequest('role and memberRole disagree.');
  // Provision may come before there is a site.
  if (sites.length > 0 && instanceId && !sites.includes(instanceId)) throw unauthorized();
  return toCaller({
    role: toRole(role || memberRole || ''),
    id: memberId || null,
    instanceId: instanceId || null,
    installationId: installationId || null,
    settings,
  });
}

/** Never more for a word that is not known. */
function toRole(name: string): Role {
  return ROLES.find((role) => role === name) ?? 'VISITOR';
}

/** Compares digests, so that neither the length nor a common beginning shows in the time. */
function isSecret(given: unknown, secretKey: string | undefined): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const isEqual = timingSafeEqual(digest(typeof given === 'string' ? given : ''), digest(secretKey ?? ''));
  return isEqual && typeof given === 'string' && secretKey !== undefined && secretKey !== '';
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
    return undefined;
  return (value as Record<string, unknown>)[key];
}

function unauthorized(): Fault {
  return new Fault('UNAUTHORIZED', 'The secret key is not right.');
}
