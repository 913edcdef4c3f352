import type { z } from 'zod';
import type { Adapter } from './adapter.ts';
import type { Caller } from './caller.ts';
import { parseRequest } from './parse.ts';

/** Answers one call of either generation: its parameters are read, and what it returns is sent as JSON. */
export type Method = (adapter: Adapter, caller: Caller, request: unknown) => Promise<unknown>;

export function method<Schema extends z.ZodType>(
  schema: Schema,
  answer: (adapter: Adapter, caller: Caller, request: z.output<Schema>) => Promise<unknown>,
): Method {
  return (adapter, caller, request) => answer(adapter, caller, parseRequest(schema, request));
}
