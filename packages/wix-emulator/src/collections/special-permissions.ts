import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { applicationError, dataError } from '../http/errors.ts';
import type { Store } from '../store/store.ts';
import { itemActions } from './permissions.ts';
import type { Action } from './permissions.ts';
import type { Collection } from './store.ts';

const Access = z.enum(['UNSPECIFIED', 'ALLOWED']).default('UNSPECIFIED');

/** What one person may do beyond the permissions of a collection; it only ever adds [published types]. */
export const SpecialPermissions = z.strictObject({
  id: z.uuid().optional(),
  userId: z.string().min(1).max(64).optional(),
  policyId: z.string().min(1).max(64).optional(),
  itemRead: Access,
  itemInsert: Access,
  itemUpdate: Access,
  itemRemove: Access,
});
type SpecialPermissions = z.output<typeof SpecialPermissions>;

type Row = { collection: number; user_id: string; definition: string };

/** As the published types limit it. */
const MAX_PER_COLLECTION = 1_000;

export function listSpecialPermissions(store: Store, { number }: Collection): object[] {
  return store
    .all<Row>('SELECT * FROM special_permissions WHERE collection = ? ORDER BY user_id', number)
    .map(({ definition }) => JSON.parse(definition) as object);
}

export function addSpecialPermissions(
  store: Store,
  collection: Collection,
  userId: string,
  given: SpecialPermissions,
): object {
  return store.write(() => {
    const known = listSpecialPermissions(store, collection);
    if (grantsOf(store, collection.number, userId)) {
      throw applicationError(409, 'ALREADY_EXISTS', `${userId} has special permissions on ${collection.id}.`);
    }
    if (known.length >= MAX_PER_COLLECTION) {
      throw dataError(400, 'WDE0080', `${collection.id} has as many special permissions as it may have.`);
    }
    const special = { ...given, id: randomUUID(), userId };
    store.run(
      'INSERT INTO special_permissions (id, collection, user_id, definition) VALUES (?, ?, ?, ?)',
      special.id,
      collection.number,
      userId,
      JSON.stringify(special),
    );
    return special;
  });
}

/** What is not named is no longer allowed [published types]; whom it is about stays. */
export function updateSpecialPermissions(store: Store, id: string, given: SpecialPermissions): object {
  return store.write(() => {
    const { user_id: userId } = requireRow(store, id);
    if (given.userId !== undefined && given.userId !== userId) {
      throw dataError(400, 'WDE0080', 'The userId of special permissions cannot be changed.');
    }
    const special = { ...given, id, userId };
    store.run('UPDATE special_permissions SET definition = ? WHERE id = ?', JSON.stringify(special), id);
    return special;
  });
}

export function removeSpecialPermissions(store: Store, id: string): void {
  store.write(() => {
    requireRow(store, id);
    store.run('DELETE FROM special_permissions WHERE id = ?', id);
  });
}

/** Whether someone was given the right to an action beyond the collection's permissions. */
export function isGranted(store: Store, collection: number, userId: string, action: Action): boolean {
  return grantsOf(store, collection, userId)?.[itemActions[action]] === 'ALLOWED';
}

function grantsOf(store: Store, collection: number, userId: string): SpecialPermissions | undefined {
  const sql = 'SELECT definition FROM special_permissions WHERE collection = ? AND user_id = ?';
  const row = store.get<Row>(sql, collection, userId);
  return row && (JSON.parse(row.definition) as SpecialPermissions);
}

function requireRow(store: Store, id: string): Row {
  const row = store.get<Row>('SELECT * FROM special_permissions WHERE id = ?', id);
  if (!row) throw applicationError(404, 'NOT_FOUND', `There are no special permissions ${id}.`);
  return row;
}
