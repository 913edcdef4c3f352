import type { Store } from '../store/store.ts';

/** A mail Wix would have sent. */
export type Mail = Readonly<{
  kind: 'verification' | 'password-reset' | 'activation';
  to: string;
  /** The code to type in, or the token to recover with. */
  code: string;
  /** The hosted page that takes the token. */
  link?: string;
  /** Where a password reset leads afterwards, when the request named a place. */
  returnUrl?: string;
  sentDate: string;
}>;

/** Kept in the data file: whoever reads the outbox may be another process than the one that filled it. */
export class Outbox {
  readonly #store: Store;
  readonly #onMail: ((mail: Mail) => void) | undefined;

  constructor(store: Store, onMail?: (mail: Mail) => void) {
    this.#store = store;
    this.#onMail = onMail;
  }

  send(mail: Mail): void {
    this.#store.run('INSERT INTO outbox (mail) VALUES (?)', JSON.stringify(mail));
    this.#onMail?.(mail);
  }

  /** All mails, oldest first. */
  mails(): readonly Mail[] {
    return this.#store
      .all<{ mail: string }>('SELECT mail FROM outbox ORDER BY number')
      .map((row) => JSON.parse(row.mail) as Mail);
  }
}
