import type { Store } from '../store/store.ts';
import { hashSecret, newSecret } from '../secrets.ts';
import type { AuthorizeRequest } from './schema.ts';

/** The short-lived secrets of a login, and what each stands for. */
export type TicketPayloads = {
  /** From a login: proves to the authorize page who signed in. */
  session: { memberId: string };
  /** From the authorize page: exchanged once for tokens. Without an address when it went by `web_message`. */
  code: { memberId: string; redirectUri?: string | undefined; codeChallenge: string };
  /** From a login or registration that waits for a code sent by mail. Good while that is the member's address. */
  verification: { memberId: string; loginEmail: string; code: string; attemptsLeft: number };
  /** From a recovery or activation mail: lets its reader choose a password, once. Good while the address is. */
  recovery: { memberId: string; loginEmail: string; returnUrl?: string | undefined };
  /** From an authorize request that needs somebody to sign in on a page: what that page is for. */
  flow: { request: AuthorizeRequest };
  /** From a sign-in on a page: the browser's cookie. */
  browser: { memberId: string };
};

type Kind = keyof TicketPayloads;

const LIFETIME_MS: Record<Kind, number> = {
  session: 600_000,
  code: 120_000,
  verification: 900_000,
  recovery: 3_600_000,
  flow: 3_600_000,
  browser: 1_209_600_000,
};

/** Kept in the data file, so that a login survives a restart halfway through. */
export class Tickets {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  issue<K extends Kind>(kind: K, payload: TicketPayloads[K]): string {
    const secret = newSecret();
    this.#store.write(() => {
      this.#store.run('DELETE FROM tickets WHERE expires <= ?', this.#now());
      const expires = this.#now() + LIFETIME_MS[kind];
      this.#store.run(
        'INSERT INTO tickets VALUES (?, ?, ?, ?)',
        hashSecret(secret),
        kind,
        JSON.stringify(payload),
        expires,
      );
    });
    return secret;
  }

  find<K extends Kind>(kind: K, secret: string): TicketPayloads[K] | undefined {
    const row = this.#store.get<{ payload: string }>(
      'SELECT payload FROM tickets WHERE hash = ? AND kind = ? AND expires > ?',
      hashSecret(secret),
      kind,
      this.#now(),
    );
    return row && (JSON.parse(row.payload) as TicketPayloads[K]);
  }

  /** Finds and ends in one step: of two uses at once, one gets nothing. */
  take<K extends Kind>(kind: K, secret: string): TicketPayloads[K] | undefined {
    return this.#store.write(() => {
      const payload = this.find(kind, secret);
      if (payload) this.#store.run('DELETE FROM tickets WHERE hash = ?', hashSecret(secret));
      return payload;
    });
  }

  change<K extends Kind>(kind: K, secret: string, payload: TicketPayloads[K]): void {
    this.#store.run(
      'UPDATE tickets SET payload = ? WHERE hash = ? AND kind = ?',
      JSON.stringify(payload),
      hashSecret(secret),
      kind,
    );
  }

  /** Ends every ticket of one kind a member has. */
  endAll(kind: 'session' | 'recovery' | 'browser', memberId: string): void {
    this.#store.run("DELETE FROM tickets WHERE kind = ? AND payload ->> '$.memberId' = ?", kind, memberId);
  }

  /** A new code for whatever of the member waits for one. The attempts stay, or asking again would win new ones. */
  renewVerification(memberId: string, loginEmail: string, code: string): boolean {
    const waiting = this.#store.run(
      `UPDATE tickets SET payload = json_set(payload, '$.loginEmail', ?, '$.code', ?)
       WHERE kind = 'verification' AND payload ->> '$.memberId' = ? AND expires > ?`,
      loginEmail,
      code,
      memberId,
      this.#now(),
    );
    return waiting > 0;
  }
}
