import type { GatehouseError } from './errors.ts';
import { failure } from './problem.ts';
import type { TokenStorage } from './storage.ts';

/** RFC 6750 §2.1, `b64token`. */
export function isToken(token: unknown): token is string {
  return typeof token === 'string' && /^[A-Za-z0-9._~+/-]+=*$/.test(token);
}

/** The one token of a client: held in a private field, so that no log prints it, and kept in the storage if there is one. */
export class Session {
  readonly #storage: TokenStorage | undefined;
  readonly #onEnded: ((error: GatehouseError) => void) | undefined;
  #token: string | undefined;
  /** Reading the storage; undefined until it was asked for. */
  #reading: Promise<void> | undefined;
  /** The token that the server has said is dead. */
  #dead: string | undefined;

  /** @throws {TypeError} when the token cannot be a header; the message does not repeat it. */
  constructor(
    token: string | undefined,
    storage: TokenStorage | undefined,
    onEnded: ((error: GatehouseError) => void) | undefined,
  ) {
    if (token !== undefined && !isToken(token)) {
      throw new TypeError('token must be a bearer token: letters, digits and -._~+/ with = at the end');
    }
    this.#storage = storage;
    this.#onEnded = onEnded;
    this.#token = token;
    if (token !== undefined) this.#reading = Promise.resolve();
  }

  /** What is known without asking the storage. */
  get token(): string | undefined {
    return this.#token;
  }

  /** The token, from the storage at the first time; calls that come together read it once. */
  async load(): Promise<string | undefined> {
    if (!this.#storage) return this.#token;
    this.#reading ??= this.#read(this.#storage).catch((error: unknown) => {
      // The next call tries again.
      this.#reading = undefined;
      throw error;
    });
    await this.#reading;
    return this.#token;
  }

  async #read(storage: TokenStorage): Promise<void> {
    const stored = await reached(() => storage.get());
    // Somebody may have signed in meanwhile. What cannot be a token is as good as none.
    if (this.#token === undefined && isToken(stored)) this.#token = stored;
  }

  /** From here on the client speaks for this token. */
  async keep(token: string): Promise<void> {
    this.#token = token;
    this.#reading = Promise.resolve();
    const storage = this.#storage;
    if (storage) await reached(() => storage.set(token));
  }

  /** Forgets the token, here and in the storage, unless another one has taken its place. */
  async forget(token: string | undefined): Promise<void> {
    if (this.#token !== token) return;
    this.#token = undefined;
    this.#reading = Promise.resolve();
    const storage = this.#storage;
    if (storage) await reached(() => storage.remove());
  }

  /** The server no longer knows this token. Told once for each token, and not where the app itself has left it behind. */
  ended(token: string, error: GatehouseError): void {
    if (token !== this.#token || token === this.#dead) return;
    this.#dead = token;
    // Apart from the call that failed, so that a fault of the app's own handler is not taken for its error.
    void Promise.resolve().then(() => this.#onEnded?.(error));
  }
}

async function reached<Value>(use: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await use();
  } catch (cause) {
    throw failure(
      'storage',
      'storage-failed',
      'The token storage failed',
      'The token could not be read from or written to its storage.',
      cause,
    );
  }
}
