import { z } from 'zod';
import type { Actor } from '../auth/actor.ts';
import { authorize } from '../policy/authorize.ts';
import type { Action } from '../policy/collection.ts';
import { decide } from '../policy/decide.ts';
import { ItemId } from '../policy/field.ts';
import { insertSchema, patchSchema } from '../policy/item-schema.ts';
import type { BulkGrants, BulkOutcome, BulkPart } from '../wix/bulk.ts';
import { etagOf } from './conditional.ts';
import { parse } from '../http/parse.ts';
import { presentItem } from '../http/present.ts';
import { PROBLEMS, Problem } from '../http/problem.ts';

export const BULK_LIMIT = 100;

const Fields = z.record(z.string(), z.unknown());

/** Parts that are written in no particular order, so that no row may be named twice. */
const BulkBody = z.strictObject({
  operations: z
    .array(
      z.union([
        z.strictObject({ insert: Fields }),
        z.strictObject({ update: z.strictObject({ id: ItemId, fields: Fields }) }),
        z.strictObject({ remove: z.strictObject({ id: ItemId }) }),
      ]),
    )
    .min(1)
    .max(BULK_LIMIT),
});

export type Bulk = Readonly<{ grants: BulkGrants; parts: readonly BulkPart[] }>;

/**
 * Reads a bulk and has each kind of part in it allowed, before anything is done.
 * @throws {Problem} what `authorize` throws, and `invalid-request` with the path of the fault.
 */
export function parseBulk(actor: Actor, collection: string, body: unknown): Bulk {
  const { operations } = parse(BulkBody, body);
  const named = new Set<Action>(operations.flatMap((part) => Object.keys(part) as Action[]));
  const grant = <A extends Action>(action: A) =>
    named.has(action) ? authorize(actor, action, collection) : undefined;
  const [insert, update, remove] = [grant('insert'), grant('update'), grant('remove')];
  // Rows are looked at before they are touched; new ones need it only where somebody may look.
  const looks = update !== undefined || remove !== undefined;
  const mayLook = decide(actor, 'query', collection).outcome === 'granted';
  const query = looks || mayLook ? authorize(actor, 'query', collection) : undefined;
  const seen = new Set<string>();
  const once = (id: string, index: number) => {
    if (seen.has(id)) throw fault(`operations.${index}`, `names ${id} once more`);
    seen.add(id);
    return id;
  };
  const parts = operations.map((part, index): BulkPart => {
    if ('insert' in part && insert) {
      const at = ['operations', index, 'insert'];
      const fields = parse(insertSchema(insert.access), part.insert, 'invalid-request', at);
      return { action: 'insert', fields };
    }
    if ('update' in part && update) {
      const at = ['operations', index, 'update', 'fields'];
      const changes = parse(patchSchema(update.access), part.update.fields, 'invalid-request', at);
      return { action: 'update', id: once(part.update.id, index), changes };
    }
    if ('remove' in part && remove) return { action: 'remove', id: once(part.remove.id, index) };
    throw new TypeError('a part of a bulk without its Grant');
  });
  return {
    grants: {
      ...(insert && { insert }),
      ...(update && { update }),
      ...(remove && { remove }),
      ...(query && { query }),
    },
    parts,
  };
}

/** What became of each part, in their order, with the status it would have had alone. */
export function presentOutcomes(outcomes: readonly BulkOutcome[], { update }: BulkGrants): unknown[] {
  return outcomes.map((outcome) => {
    switch (outcome.done) {
      case 'inserted':
        return { status: 201, id: outcome.id };
      case 'removed':
        return { status: 204, id: outcome.id };
      case 'updated':
        return {
          status: 200,
          id: outcome.item._id,
          etag: etagOf(outcome.item),
          ...(update && { item: presentItem(update.access, outcome.item) }),
        };
      case 'nothing': {
        const { code, detail } = outcome.problem;
        const { status, title } = PROBLEMS[code];
        return {
          status,
          problem: { type: `/problems/${code}`, title, status, detail: detail ?? title, code },
        };
      }
    }
  });
}

function fault(path: string, message: string): Problem {
  return new Problem('invalid-request', { errors: [{ path, message }] });
}
