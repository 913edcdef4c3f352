import type { Policy } from '../policy/collection.ts';
import type { Call } from './finding.ts';
import type { PolicyLines } from './policy-lines.ts';

/** A declared collection, and where its lines are. */
export type Subject = Readonly<{ name: string; policy: Policy; lines: PolicyLines }>;

/** A call of Wix Data's REST API. */
export function wixData(path: string, body: Call['body']): Call {
  return { method: 'POST', url: `https://www.wixapis.com/wix-data${path}`, body };
}
