import type { Migration } from 'kysely/migration';
import { up as membersAndSessions } from './001-members-and-sessions.ts';

/** Forward only, in this order. A migration that has been released is never edited. */
export const migrations: Record<string, Migration> = {
  '001-members-and-sessions': { up: membersAndSessions },
};
