import { requireAppRights } from './caller.ts';
import { operation } from './env.ts';
import type { WixContext } from './env.ts';

/** Names a management call, in the SDK's words, and refuses everyone but apps and API keys [published types]. */
export function manage(context: WixContext, name: string, collection?: string): void {
  operation(context, name, collection);
  requireAppRights(context.var.caller);
}
