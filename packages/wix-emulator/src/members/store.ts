import type { SiteEvents } from '../events.ts';
import type { Store } from '../store/store.ts';
import { canonicalEmail } from './member.ts';
import { ADMIN } from '../roles/key.ts';
import type { RoleKey } from '../roles/key.ts';
import type { Member } from './member.ts';

type Row = { data: string; password_hash: string | null; roles: string; reset_required: 0 | 1 };

export type Account = {
  member: Member;
  passwordHash: string | undefined;
  /** Beyond being a member. */
  roles: readonly RoleKey[];
  /** Whether a new password must be chosen before the next sign-in. */
  resetRequired: boolean;
};

/** The members of the site. One row each, the wire form in one piece. */
export class Members {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #events: SiteEvents;

  constructor(store: Store, now: () => number, events: SiteEvents) {
    this.#store = store;
    this.#now = now;
    this.#events = events;
  }

  byId(id: string): Member | undefined {
    return this.account(id)?.member;
  }

  account(id: string): Account | undefined {
    return read(this.#store.get<Row>('SELECT * FROM members WHERE id = ?', id));
  }

  byEmail(email: string): Account | undefined {
    return read(this.#store.get<Row>('SELECT * FROM members WHERE login_email = ?', canonicalEmail(email)));
  }

  /** Whether somebody has the slug. Slugs differ by letter case, as documented for `updateMemberSlug`. */
  slugIsTaken(slug: string): boolean {
    return this.#store.get("SELECT 1 FROM members WHERE data ->> '$.profile.slug' = ?", slug) !== undefined;
  }

  /** By id or by login e-mail, for people at a test's keyboard. */
  lookUp(idOrEmail: string): Account | undefined {
    return this.account(idOrEmail) ?? this.byEmail(idOrEmail);
  }

  /** Only approved members get tokens; blocked, pending and deleted ones do not, nor who must choose a password. */
  maySignIn(id: string): boolean {
    const account = this.account(id);
    return account?.member.status === 'APPROVED' && !account.resetRequired;
  }

  isAdmin(id: string): boolean {
    return this.account(id)?.roles.includes(ADMIN) ?? false;
  }

  add(member: Member, passwordHash: string | undefined, roles: readonly RoleKey[]): void {
    this.#store.write(() => {
      this.#store.run(
        'INSERT INTO members (id, login_email, password_hash, roles, data) VALUES (?, ?, ?, ?, ?)',
        member.id,
        member.loginEmail,
        passwordHash ?? null,
        JSON.stringify(roles),
        JSON.stringify(member),
      );
      this.#events.emit({ subject: 'member', change: 'created', member });
    });
  }

  /** Those who have any role, in the order of ids. */
  withRoles(): Account[] {
    return this.#store
      .all<Row>("SELECT * FROM members WHERE roles <> '[]' ORDER BY id")
      .map((row) => accountOf(row));
  }

  /** What somebody may do is not part of the member, so nobody is told. */
  setRoles(id: string, roles: readonly RoleKey[]): void {
    this.#store.run('UPDATE members SET roles = ? WHERE id = ?', JSON.stringify(roles), id);
  }

  /** Gives the member as changed, or nothing when there is none. */
  change(id: string, changes: Partial<Omit<Member, 'id'>>): Member | undefined {
    return this.#store.write(() => {
      const member = this.#replace(id, { ...changes, updatedDate: this.#isoNow() });
      if (member) this.#events.emit({ subject: 'member', change: 'updated', member });
      return member;
    });
  }

  /** Signing in is not a change of the member. */
  noteLogin(id: string): Member | undefined {
    return this.#replace(id, { lastLoginDate: this.#isoNow() });
  }

  /** Leaves a required reset as it is: only a mail ends that. */
  setPassword(id: string, passwordHash: string): void {
    this.#store.run('UPDATE members SET password_hash = ? WHERE id = ?', passwordHash, id);
  }

  requirePasswordReset(id: string): void {
    this.#store.run('UPDATE members SET reset_required = 1 WHERE id = ?', id);
  }

  endPasswordReset(id: string): void {
    this.#store.run('UPDATE members SET reset_required = 0 WHERE id = ?', id);
  }

  #replace(id: string, changes: Partial<Member>): Member | undefined {
    return this.#store.write(() => {
      const known = this.byId(id);
      if (!known) return undefined;
      const member: Member = { ...known, ...changes };
      this.#store.run(
        'UPDATE members SET login_email = ?, data = ? WHERE id = ?',
        member.loginEmail,
        JSON.stringify(member),
        id,
      );
      return member;
    });
  }

  remove(id: string): boolean {
    return this.#store.write(() => {
      const member = this.byId(id);
      if (!member) return false;
      this.#store.run('DELETE FROM members WHERE id = ?', id);
      this.#events.emit({ subject: 'member', change: 'deleted', member });
      return true;
    });
  }

  #isoNow(): string {
    return new Date(this.#now()).toISOString();
  }
}

const read = (row: Row | undefined): Account | undefined => row && accountOf(row);

const accountOf = (row: Row): Account => ({
  member: JSON.parse(row.data) as Member,
  passwordHash: row.password_hash ?? undefined,
  roles: JSON.parse(row.roles) as RoleKey[],
  resetRequired: row.reset_required === 1,
});
