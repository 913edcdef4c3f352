import type { Migration } from 'kysely/migration';
import { up as membersAndSessions } from './001-members-and-sessions.ts';
import { up as devicesAndCredentials } from './002-devices-and-credentials.ts';
import { up as rateLimits } from './003-rate-limits.ts';
import { up as membersByKey } from './004-members-by-key.ts';
import { up as signInFloors } from './005-sign-in-floors.ts';
import { up as idempotencyKeys } from './006-idempotency-keys.ts';
import { up as memberRoles } from './007-member-roles.ts';
import { up as lastWrites } from './008-last-writes.ts';

/** Forward only, in this order. A migration that has been released is never edited. */
export const migrations: Record<string, Migration> = {
  '001-members-and-sessions': { up: membersAndSessions },
  '002-devices-and-credentials': { up: devicesAndCredentials },
  '003-rate-limits': { up: rateLimits },
  '004-members-by-key': { up: membersByKey },
  '005-sign-in-floors': { up: signInFloors },
  '006-idempotency-keys': { up: idempotencyKeys },
  '007-member-roles': { up: memberRoles },
  '008-last-writes': { up: lastWrites },
};
