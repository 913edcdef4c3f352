import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Store } from './store/store.ts';

/** Kept by `reset()`, like the app: whoever receives what it signs was given the public half. Webhooks had it first. */
const KEY = 'webhookKey';

/** The key pair Wix signs with what it sends to the app, webhooks and service plugins alike; made when first needed. */
export class AppKey {
  readonly #store: Store;
  #known: { pem: string; key: KeyObject } | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  get privateKey(): KeyObject {
    // Read every time: the state of another data file may have taken the place of this one.
    const pem = this.#store.readValue<string>(KEY) ?? this.#make();
    if (this.#known?.pem !== pem) this.#known = { pem, key: createPrivateKey(pem) };
    return this.#known.key;
  }

  /** PEM, as `AppStrategy({ publicKey })` takes it. */
  get publicKey(): string {
    return createPublicKey(this.privateKey).export({ type: 'spki', format: 'pem' }) as string;
  }

  #make(): string {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    return this.#store.write(() => {
      // Making it took a while; another process may have been quicker.
      const known = this.#store.readValue<string>(KEY);
      if (known === undefined) this.#store.writeValue(KEY, privateKey);
      return known ?? privateKey;
    });
  }
}
