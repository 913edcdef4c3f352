import { errors, importSPKI, jwtVerify, type CryptoKey, type JWTPayload } from 'jose';
import { z } from 'zod';
import { parseDocument } from '../body.ts';
import { toCaller, type Caller, type Role } from '../caller.ts';
import { Fault } from '../fault.ts';

/** Checks what Wix has signed. */
export type Verifier = Readonly<{
  /** @throws {Fault} `UNAUTHORIZED` */
  verify: (token: string) => Promise<SignedCall>;
}>;

export type SignedCall = Readonly<{ caller: Caller; request: unknown }>;

export type VerifierOptions = Readonly<{
  /** SPKI PEM; any of them may have signed. Without one this generation is closed. */
  publicKeys: readonly string[];
  appId: string;
  /** Instance ids that may come in; all when empty. */
  sites: readonly string[];
}>;

const LEEWAY_S = 60;
const MAX_AGE = '5 minutes';

/** Wix's kind of extension, which tells this token from those of other extensions of the app. */
const EXTENSION = 'EXTERNAL_DATABASE_PROVIDER';

const Id = z.string().max(200).nullish();

/** dev.wix.com/docs/build-apps/develop-your-app/frameworks/self-hosting/supported-extensions/backend-extensions/add-self-hosted-service-plugin-extensions */
const Data = z.looseObject({
  request: z.record(z.string(), z.unknown()),
  metadata: z.looseObject({
    instanceId: z.string().min(1).max(200),
    appExtensionType: z.string(),
    identity: z
      .looseObject({
        identityType: z.string(),
        anonymousVisitorId: Id,
        memberId: Id,
        wixUserId: Id,
        appId: Id,
      })
      .nullish(),
  }),
});

/** Keys are read once, and never from a token. */
export async function openVerifier({ publicKeys, appId, sites }: VerifierOptions): Promise<Verifier> {
  const keys = await Promise.all(publicKeys.map((pem) => importSPKI(pem, 'RS256')));
  return {
    async verify(token) {
      const payload = await verifiedBy(keys, token, appId);
      // jose takes a list that holds the audience as well.
      if (payload.aud !== appId || payload.iss !== 'wix.com')
        throw unauthorized('another audience or issuer');
      const { data } = exactPayload(token) as { data?: unknown };
      const parsed = Data.safeParse(data);
      if (!parsed.success) throw unauthorized('the data are not those of a service plugin');
      const { request, metadata } = parsed.data;
      if (metadata.appExtensionType.toUpperCase() !== EXTENSION) throw unauthorized('another extension');
      if (sites.length > 0 && !sites.includes(metadata.instanceId)) throw unauthorized('another instance');
      return { request, caller: callerOf(metadata) };
    },
  };
}

async function verifiedBy(keys: readonly CryptoKey[], token: string, appId: string): Promise<JWTPayload> {
  for (const key of keys) {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, key, {
        algorithms: ['RS256'],
        issuer: 'wix.com',
        audience: appId,
        clockTolerance: LEEWAY_S,
        maxTokenAge: MAX_AGE,
        requiredClaims: ['exp', 'iat'],
      });
      // Whoever signs with the right key has no need to bring along another.
      if (['jwk', 'jku', 'x5u', 'x5c'].some((name) => name in protectedHeader))
        throw unauthorized('a key in the header');
      const { kid } = protectedHeader;
      if (kid !== undefined && !/^[\w.-]{1,128}$/.test(kid)) throw unauthorized('a key id that is none');
      return payload;
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (error instanceof errors.JWSSignatureVerificationFailed) continue;
      throw unauthorized(error instanceof Error ? error.message : 'not a token', error);
    }
  }
  throw unauthorized('signed by nobody known');
}

/** The payload once more, with its numbers as they were written. The signature was right by now. */
function exactPayload(token: string): unknown {
  return parseDocument(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

const ROLE_OF: Readonly<Record<string, Role>> = {
  WIX_USER: 'OWNER',
  APP: 'BACKEND_CODE',
  MEMBER: 'MEMBER',
  ANONYMOUS_VISITOR: 'VISITOR',
};

/** An identity that is not known, or not named, is a visitor without a name. */
function callerOf({ instanceId, identity }: z.output<typeof Data>['metadata']): Caller {
  const type = identity?.identityType ?? 'UNKNOWN';
  const id = {
    WIX_USER: identity?.wixUserId,
    // What an app writes belongs to nobody.
    APP: null,
    MEMBER: identity?.memberId,
    ANONYMOUS_VISITOR: identity?.anonymousVisitorId,
  }[type];
  const role = Object.hasOwn(ROLE_OF, type) ? (ROLE_OF[type] ?? 'VISITOR') : 'VISITOR';
  return toCaller({ role, id: id || null, identityType: type, instanceId });
}

/** What was wrong is for our log; a forger is told nothing. */
function unauthorized(reason: string, cause: unknown = reason): Fault {
  return new Fault('UNAUTHORIZED', 'The request is not signed as it must be.', { cause });
}
