import { randomBytes, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Store } from '../store/store.ts';

/** Whom a token speaks for, in the words of token-info. A `USER` holds an API key of the site's account. */
export type Subject = Readonly<{ type: 'VISITOR' | 'MEMBER' | 'APP' | 'USER'; id: string }>;

export type VerifiedToken = Readonly<{ subject: Subject; issuedAt: number; expiresAt: number }>;

/** A signing key, and what it was found to have signed: that ends with the key. */
type Key = Readonly<{ id: string; secret: Uint8Array; verified: Map<string, VerifiedToken> }>;

/** The prefix in front of the compact JWS, as seen on access tokens in the wild. */
const PREFIX = 'OauthNG.JWS.';

/** Verified tokens are remembered: a signature check per request would be the dearest part of a read. */
const REMEMBERED_TOKENS = 2_000;

/** `data` is a string of JSON, not an object: applications that look inside expect it so. */
const Claims = z.object({ data: z.string(), iat: z.number(), exp: z.number() });
const Data = z.object({
  instance: z.object({ appDefId: z.string(), uid: z.string().optional(), aid: z.string().optional() }),
});

/** Signs and verifies access tokens with a key of this data file's own. */
export class AccessTokens {
  readonly #store: Store;
  readonly #app: { clientId: string; instanceId: string };
  readonly #now: () => number;
  readonly #lifetime: () => number;
  #key: Key | undefined;

  constructor(
    store: Store,
    app: { clientId: string; instanceId: string },
    now: () => number,
    lifetimeSeconds: () => number,
  ) {
    this.#store = store;
    this.#app = app;
    this.#now = now;
    this.#lifetime = lifetimeSeconds;
  }

  /** Gives the fields of a token answer that every grant shares. */
  async issue(subject: Subject): Promise<{ access_token: string; token_type: 'Bearer'; expires_in: number }> {
    const { id, secret } = this.#signingKey();
    const issuedAt = Math.floor(this.#now() / 1000);
    const lifetime = this.#lifetime();
    const { clientId, instanceId } = this.#app;
    const instance = {
      instanceId,
      appDefId: clientId,
      ...(subject.type === 'MEMBER' && { uid: subject.id }),
      ...(subject.type === 'VISITOR' && { aid: subject.id }),
    };
    const token = await new SignJWT({ data: JSON.stringify({ instance }) })
      .setProtectedHeader({ alg: 'HS256', kid: id })
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetime)
      // Two tokens of one second would otherwise be the same text.
      .setJti(randomUUID())
      .sign(secret);
    return { access_token: PREFIX + token, token_type: 'Bearer', expires_in: lifetime };
  }

  async verify(token: string): Promise<VerifiedToken | { refused: string }> {
    const key = this.#signingKey();
    const verified = key.verified.get(token) ?? (await this.#verifySignature(key, token));
    if ('refused' in verified) return verified;
    if (verified.expiresAt <= this.#now() / 1000) return { refused: 'the access token has expired' };
    return verified;
  }

  /** Whom a token speaks for, if it was verified before and is still good. */
  remembered(token: string): Subject | undefined {
    const verified = this.#signingKey().verified.get(token);
    return verified && verified.expiresAt > this.#now() / 1000 ? verified.subject : undefined;
  }

  async #verifySignature(key: Key, token: string): Promise<VerifiedToken | { refused: string }> {
    if (!token.startsWith(PREFIX)) return { refused: 'the access token is unknown' };
    try {
      const { payload } = await jwtVerify(token.slice(PREFIX.length), key.secret, {
        algorithms: ['HS256'],
        currentDate: new Date(this.#now()),
      });
      const { data, iat, exp } = Claims.parse(payload);
      const { instance } = Data.parse(JSON.parse(data));
      const verified: VerifiedToken = { subject: subjectOf(instance), issuedAt: iat, expiresAt: exp };
      remember(key, token, verified);
      return verified;
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { refused: 'the access token has expired' };
      return { refused: 'the access token is unknown' };
    }
  }

  /** Looked up every time: a reset, by whichever process, ends the key and all its tokens. */
  #signingKey(): Key {
    const { id, secret } = this.#store.madeOnce('signingKey', () => ({
      id: randomUUID(),
      secret: randomBytes(32).toString('base64url'),
    }));
    if (this.#key?.id !== id)
      this.#key = { id, secret: Buffer.from(secret, 'base64url'), verified: new Map() };
    return this.#key;
  }
}

function remember({ verified }: Key, token: string, found: VerifiedToken): void {
  if (verified.size >= REMEMBERED_TOKENS) verified.delete(verified.keys().next().value as string);
  verified.set(token, found);
}

function subjectOf(instance: z.output<typeof Data>['instance']): Subject {
  if (instance.uid !== undefined) return { type: 'MEMBER', id: instance.uid };
  if (instance.aid !== undefined) return { type: 'VISITOR', id: instance.aid };
  return { type: 'APP', id: instance.appDefId };
}
