import { z } from 'zod';
import { badRequest } from './fault.ts';

/**
 * Turns what Wix sent into typed values.
 * @throws {Fault} `BAD_REQUEST` that names the first place that is wrong, and no value.
 */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys')
    throw badRequest(`${path === '' ? 'The request' : path} has a key that is not known here.`);
  throw badRequest(`${path === '' ? 'The request' : path.slice(0, 100)} is missing or not as it must be.`);
}

/** Most items of one call, and of one page; the site takes no more. */
const ITEM_LIMIT = 1000;

/** PostgreSQL would count up to a trillion rows and answer with none. */
const OFFSET_LIMIT = 100_000_000;

export const Limit = z.int().min(1).max(ITEM_LIMIT);
export const Offset = z.int().min(0).max(OFFSET_LIMIT);
export const Name = z.string().min(1).max(128);
export const ItemId = z.string().min(1).max(512);
export const Item = z.record(z.string().max(128), z.unknown());
export const Items = z.array(Item).min(1).max(ITEM_LIMIT);
export const ItemIds = z.array(ItemId).min(1).max(ITEM_LIMIT);
/** Read by `parseFilter`, which knows the fields. */
export const Filter = z.unknown().optional();
export const DEFAULT_LIMIT = 50;
export const MAX_PAGE_SIZE = ITEM_LIMIT;
