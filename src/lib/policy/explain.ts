import type { Actor } from '../auth/actor.ts';
import type { Action } from './collection.ts';
import { decide } from './decide.ts';
import { NOTHING } from './filter.ts';

/** The decision in words: what it is, by which rule, on which rows and fields. */
export function explain(actor: Actor, action: Action, collection: string): string {
  const decision = decide(actor, action, collection);
  if (decision.outcome !== 'granted') return `No (${decision.outcome}): ${decision.reason}.`;
  const { rule, as, rows, stamps, access } = decision;
  const lines = [
    `Yes, by the rule "${rule}".`,
    `Runs as: ${as === 'app' ? 'the app, elevated and journalled' : 'the caller, with their own Wix rights'}.`,
    `Rows: ${rows === NOTHING ? 'none' : Object.keys(rows).length === 0 ? 'all' : JSON.stringify(rows)}.`,
    `Fields that may be read: ${access.readable.join(', ')}.`,
  ];
  if (action === 'insert' || action === 'update')
    lines.push(`Fields that may be written: ${access.writable.join(', ') || 'none'}.`);
  if (action === 'insert') lines.push(`Stamped, whatever is sent: ${JSON.stringify(stamps)}.`);
  return lines.join('\n');
}
