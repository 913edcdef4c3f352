import { toProblem } from '../http/problem.ts';
import type { Grant } from '../policy/grant.ts';
import type { Item } from '../policy/item.ts';
import { getItem, insertItem } from '../wix/items.ts';
import type { Attempt } from './write-endpoint.ts';

/**
 * Inserts a row, or finds it where an earlier try of the same write has made it already.
 * @param reading what the caller may look up; asked for only when there is something to find.
 */
export async function insertOnce(
  grant: Grant<'insert'>,
  fields: Record<string, unknown>,
  { resumed, newId }: Attempt,
  reading: () => Grant<'query'>,
): Promise<Item> {
  const id = newId(0);
  try {
    return await insertItem(grant, fields, id);
  } catch (error) {
    if (!resumed || id === undefined || toProblem(error).code !== 'conflict') throw error;
    return getItem(reading(), id);
  }
}
