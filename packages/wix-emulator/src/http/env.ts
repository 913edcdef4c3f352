import type { Context } from 'hono';
import type { Site } from '../site.ts';
import type { Caller } from './caller.ts';

/** What the call log is told of a request by those who answer it. */
export type CallDescription = { caller: Caller; operation: string; collection: string | undefined };

/** What a request carries from middleware to handler to call log. */
export type Env = {
  Bindings: { call: CallDescription };
  Variables: {
    site: Site;
    host: string;
    caller: Caller;
    operation: string;
    collection: string | undefined;
  };
};

export type WixContext = Context<Env>;

/** Names what is being asked, for the call log. First thing in every handler, so that failures are named too. */
export function operation(context: WixContext, name: string, collection?: string): void {
  context.set('operation', name);
  context.set('collection', collection);
}
