import { Collection } from './collection.ts';
import { refusal } from './problem.ts';
import { isToken, Transport } from './transport.ts';
import type {
  CollectionDescription,
  ConnectionsResult,
  GatehouseOptions,
  GatehouseResponse,
  LoginArg,
  LoginResult,
  Member,
  RegisterArg,
  RequestOptions,
  UntypedSchema,
  VerifyArg,
} from './types.ts';

type Connection<Schema> = 'SITConnections' extends keyof Schema
  ? Schema['SITConnections']
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
 * Each network method resolves to `{ result, status, headers }` and rejects with a `GatehouseError`. Each request is
 * sent once. A 401 does not make the client forget its token: whether to ask for the password again is the app's call.
 */
export class Gatehouse<Schema extends { [Name in keyof Schema]: object } = UntypedSchema> {
  readonly #transport: Transport;

  /** @throws {TypeError} when `baseUrl` is not http(s), or `token` or `timeoutMs` cannot be right. */
  constructor(options: GatehouseOptions) {
    this.#transport = new Transport(options);
  }

  /** The token to store for the next start; undefined when nobody is signed in. It is a secret like a password. */
  get token(): string | undefined {
    return this.#transport.token;
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
    const token = this.#transport.token;
    try {
      return await this.#transport.send('POST', '/api/auth/logout', {}, options);
    } finally {
      // Another sign-in may have finished meanwhile; its token stays.
      if (this.#transport.token === token) this.#transport.token = undefined;
    }
  }

  /** Who is signed in. Scope: member. Fails with `unauthenticated`. */
  async me(options?: RequestOptions): Promise<GatehouseResponse<Member>> {
    return this.#transport.send('GET', '/api/me', {}, options);
  }

  /** The declared collections, their fields, and what this member may do with each. Scope: anyone. */
  async collections(
    options?: RequestOptions,
  ): Promise<GatehouseResponse<{ collections: CollectionDescription[] }>> {
    return this.#transport.send('GET', '/api/collections', {}, options);
  }

  /** A collection by name. Asks the server nothing yet. @throws {TypeError} for an empty name, `.` and `..`. */
  collection<Name extends Extract<keyof Schema, string>>(name: Name): Collection<Schema[Name]> {
    return new Collection(this.#transport, name);
  }

  /** The connections of the member with this e-mail. Scope: member. Fails with `forbidden` for another's e-mail. */
  async connections(
    { email }: { email: string },
    options?: RequestOptions,
  ): Promise<GatehouseResponse<ConnectionsResult<Connection<Schema>>>> {
    return this.#transport.send('GET', '/api/connections', { query: { email } }, options);
  }

  /** The chosen properties of the site. Scope: member. Fails with `unauthenticated`. */
  async siteProperties(options?: RequestOptions): Promise<GatehouseResponse<Record<string, unknown>>> {
    return this.#transport.send('GET', '/api/site-properties', {}, options);
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
      this.#transport.token = result.token;
    }
    return response;
  }
}
