import type { Store } from '../store/store.ts';
import type { Subject } from './access-tokens.ts';
import { hashSecret, newSecret } from '../secrets.ts';

/** Refresh tokens of visitors and members. Not rotated: the SDK keeps the first one and ignores any new one [recorded]. */
export class RefreshTokens {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  issue(subject: Subject, clientId: string): string {
    const token = newSecret();
    this.#store.run(
      'INSERT INTO refresh_tokens VALUES (?, ?, ?, ?, ?)',
      hashSecret(token),
      clientId,
      subject.type,
      subject.id,
      this.#now(),
    );
    return token;
  }

  find(token: string): Subject | undefined {
    return this.#store.get<Subject>(
      'SELECT subject_type AS type, subject_id AS id FROM refresh_tokens WHERE hash = ?',
      hashSecret(token),
    );
  }

  /** Gives how many tokens ended. */
  revokeMember(memberId: string): number {
    return this.#store.run(
      "DELETE FROM refresh_tokens WHERE subject_type = 'MEMBER' AND subject_id = ?",
      memberId,
    );
  }
}
