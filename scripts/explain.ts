import { parseArgs } from 'node:util';
import { visitor, type Actor } from '../src/lib/auth/actor.ts';
import { ACTIONS, type Action } from '../src/lib/policy/collection.ts';
import { explain } from '../src/lib/policy/explain.ts';

/**
 * `npm run explain -- <actor> <action> <collection>`: what the policy says, and why. Asks nobody but the declared rules.
 */
const USAGE = `usage: npm run explain -- <actor> <action> <collection> [--id <member id>] [--email <e-mail>] [--roles <a,b>] [--scopes <a,b>]
  actor   visitor, member (whose e-mail is verified), unverified
  action  ${ACTIONS.join(', ')}`;

const { values, positionals } = parseArgs({
  options: {
    id: { type: 'string', default: 'the-member’s-id' },
    email: { type: 'string', default: 'member@example.com' },
    roles: { type: 'string', default: '' },
    scopes: { type: 'string' },
  },
  allowPositionals: true,
});
const [who = '', action = '', collection] = positionals;
const actor = actorOf(who);
if (actor === null || !isAction(action) || collection === undefined) {
  console.error(USAGE);
  process.exitCode = 1;
} else {
  console.log(explain(actor, action, collection));
}

function actorOf(name: string): Actor | null {
  if (name === 'visitor') return visitor;
  if (name !== 'member' && name !== 'unverified') return null;
  return {
    kind: 'member',
    id: values.id,
    email: values.email,
    emailVerified: name === 'member',
    roles: values.roles.toLowerCase().split(','),
    credential: { kind: values.scopes === undefined ? 'session' : 'access-token', id: 'explained' },
    scopes: values.scopes?.split(',') ?? null,
  };
}

function isAction(text: string): text is Action {
  return (ACTIONS as readonly string[]).includes(text);
}
