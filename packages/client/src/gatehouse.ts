import { Collection } from './collection.ts';
import { refusal } from './problem.ts';
import type { ItemOf } from './schema.ts';
import { isToken } from './session.ts';
import { segment, Transport } from './transport.ts';
import type {
  AccessTokenInfo,
  CollectionDescription,
  ConnectionsResult,
  CreateAccessTokenArg,
  GatehouseOptions,
  GatehouseResponse,
  LoginArg,
  LoginResult,
  Member,
  RegisterArg,
  RequestOptions,
  SessionInfo,
  UntypedSchema,
  VerifyArg,
} from './types.ts';

type Connection<Schema> = 'SITConnections' extends keyof Schema
  ? ItemOf<Schema['SITConnections']>
  : Record<string, unknown>;

/**
 * A Gatehouse site, as one member's app sees it: log in once, then make all calls.
 *
 * `Schema` maps collection names to the type of their items. Without it every name and field is accepted.
 *
 *     const gatehouse = new Gatehouse({ baseUrl: 'https://members.example.com' });
 *     await gatehouse.login({ email, password });
 *     const { result } = await gatehouse.collection('SITConnections').list({ limit: 20 });
 *
 * Each network method resolves to `{ result, status, headers }` and rejects with a `GatehouseError`. Reads, and writes
 * of items, are tried again where that is harmless; everything else is sent once. A 401 does not make the client forget
 * its token: whether to ask for the password again is the app's call, see `onSessionEnded`.
 */
export class Gatehouse<Schema extends { [Name in keyof Schema]: object } = UntypedSchema> {
  readonly #transport: Transport;

  /** @throws {TypeError} when `baseUrl` is not http(s), or `token` or `timeoutMs` cannot be right. */
  constructor(options: GatehouseOptions) {
    this.#transport = new Transport(options);
  }

  /**
   * The token to store for the next start; undefined when nobody is signed in, or while the storage was not asked. It is
   * a secret like a password.
   */
  get token(): string | undefined {
    return this.#transport.session.token;
  }

  /** Whether a token is here or in the storage. Asks the server nothing, so it may have ended there. */
  async restore(options?: RequestOptions): Promise<boolean> {
    return (await this.#transport.token(options)) !== undefined;
  }

  /**
   * Signs a member in. When `result.state` is `SUCCESS` the client holds the token from then on; else the state says
   * what has to happen first, and the client is as it was. Scope: anyone.
   *
   * Fails with `invalid-credentials` for a wrong password and an unknown e-mail alike, `captcha-required`,
   * `too-many-requests`.
   */
  async login(arg: LoginArg, options?: RequestOptions): Promise<GatehouseResponse<LoginResult>> {
    return this.#signIn('/api/auth/login', arg, options);
  }

  /**
   * Makes an account, and signs in where the site lets new members in at once; see `login`. Scope: anyone.
   *
   * Fails with `email-already-exists`, `invalid-request` for a password the site does not accept, `too-many-requests`.
   */
  async register(arg: RegisterArg, options?: RequestOptions): Promise<GatehouseResponse<LoginResult>> {
    return this.#signIn('/api/auth/register', arg, options);
  }

  /**
   * Finishes a login or registration that answered `EMAIL_VERIFICATION_REQUIRED`, and signs in; see `login`. Scope:
   * anyone.
   *
   * Fails with `invalid-request` for a wrong code, `too-many-requests`.
   */
  async verify(arg: VerifyArg, options?: RequestOptions): Promise<GatehouseResponse<LoginResult>> {
    return this.#signIn('/api/auth/verify', arg, options);
  }

  /**
   * Ends the session on the server and forgets the token, also when the server cannot be reached or says 401 because
   * the session is over already. Remove the stored copy in a `finally`. Scope: member.
   */
  async logout(options?: RequestOptions): Promise<GatehouseResponse<undefined>> {
    const { session } = this.#transport;
    const token = await this.#transport.token(options);
    try {
      return await this.#transport.send('POST', '/api/auth/logout', {}, options);
    } finally {
      // Another sign-in may have finished meanwhile; its token stays.
      await session.forget(token);
    }
  }

  /** Has Wix mail a link for a new password, if there is such a member; the answer is the same. Scope: anyone. */
  async requestPasswordReset(
    arg: { email: string },
    options?: RequestOptions,
  ): Promise<GatehouseResponse<{ state: 'PASSWORD_RESET_REQUESTED' }>> {
    return this.#transport.send('POST', '/api/auth/password-reset', { body: arg, anonymous: true }, options);
  }

  /**
   * Changes the member's password; every other session and all access tokens end. Scope: signed in.
   *
   * Fails with `invalid-request` for a wrong current password.
   */
  async changePassword(
    arg: { currentPassword: string; newPassword: string },
    options?: RequestOptions,
  ): Promise<GatehouseResponse<undefined>> {
    return this.#transport.send('POST', '/api/auth/password', { body: arg }, options);
  }

  /** The member's signed-in devices. Scope: signed in. Fails with `insufficient-scope` for an access token. */
  async sessions(options?: RequestOptions): Promise<GatehouseResponse<{ sessions: SessionInfo[] }>> {
    return this.#transport.send('GET', '/api/auth/sessions', { repeat: 'read' }, options);
  }

  /** Signs out one device. Scope: signed in. Fails with `not-found` when it has ended already. */
  async endSession(id: string, options?: RequestOptions): Promise<GatehouseResponse<undefined>> {
    return this.#transport.send('DELETE', `/api/auth/sessions/${segment(id, 'id')}`, {}, options);
  }

  /** Signs out everywhere else; all access tokens end too. Scope: signed in. */
  async endOtherSessions(options?: RequestOptions): Promise<GatehouseResponse<undefined>> {
    return this.#transport.send('DELETE', '/api/auth/sessions', {}, options);
  }

  /** The member's access tokens. Scope: signed in. */
  async accessTokens(
    options?: RequestOptions,
  ): Promise<GatehouseResponse<{ accessTokens: AccessTokenInfo[] }>> {
    return this.#transport.send('GET', '/api/auth/access-tokens', { repeat: 'read' }, options);
  }

  /**
   * Makes an access token for a program; `result.token` is shown this once. Scope: signed in.
   *
   * Fails with `invalid-request` for a scope that is not known, or when the member has too many.
   */
  async createAccessToken(
    arg: CreateAccessTokenArg,
    options?: RequestOptions,
  ): Promise<GatehouseResponse<AccessTokenInfo & { token: string }>> {
    return this.#transport.send('POST', '/api/auth/access-tokens', { body: arg }, options);
  }

  /** Ends an access token. Scope: signed in. Fails with `not-found` when it has ended already. */
  async endAccessToken(id: string, options?: RequestOptions): Promise<GatehouseResponse<undefined>> {
    return this.#transport.send('DELETE', `/api/auth/access-tokens/${segment(id, 'id')}`, {}, options);
  }

  /** Who is signed in. Scope: member. Fails with `unauthenticated`. */
  async me(options?: RequestOptions): Promise<GatehouseResponse<Member>> {
    return this.#transport.send('GET', '/api/me', { repeat: 'read' }, options);
  }

  /** The declared collections, their fields, and what this member may do with each. Scope: anyone. */
  async collections(
    options?: RequestOptions,
  ): Promise<GatehouseResponse<{ collections: CollectionDescription[] }>> {
    return this.#transport.send('GET', '/api/collections', { repeat: 'read' }, options);
  }

  /** A collection by name. Asks the server nothing yet. @throws {TypeError} for an empty name, `.` and `..`. */
  collection<Name extends Extract<keyof Schema, string>>(name: Name): Collection<Schema[Name], Schema> {
    return new Collection(this.#transport, name);
  }

  /** The connections of the member with this e-mail. Scope: member. Fails with `forbidden` for another's e-mail. */
  async connections(
    { email }: { email: string },
    options?: RequestOptions,
  ): Promise<GatehouseResponse<ConnectionsResult<Connection<Schema>>>> {
    return this.#transport.send('GET', '/api/connections', { query: { email }, repeat: 'read' }, options);
  }

  /** The chosen properties of the site. Scope: member. Fails with `unauthenticated`. */
  async siteProperties(options?: RequestOptions): Promise<GatehouseResponse<Record<string, unknown>>> {
    return this.#transport.send('GET', '/api/site-properties', { repeat: 'read' }, options);
  }

  async #signIn(path: string, body: LoginArg | RegisterArg | VerifyArg, options?: RequestOptions) {
    const response = await this.#transport.send<LoginResult>(
      'POST',
      path,
      { body, anonymous: true },
      options,
    );
    const { result } = response;
    if (result.state === 'SUCCESS') {
      if (!isToken(result.token)) {
        throw refusal(
          response,
          'unreadable-answer',
          'The answer holds no token',
          'The server signed in, but sent no bearer token.',
        );
      }
      await this.#transport.session.keep(result.token);
    }
    return response;
  }
}
