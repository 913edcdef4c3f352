import { logFailure } from '../log.ts';
import { UNKNOWN_CLIENT } from '../http/client-address.ts';
import { toProblem } from '../http/problem.ts';
import type { Standing } from '../http/rate-limit-fields.ts';
import { secrets } from '../store/keyring.ts';
import type { Actor } from './actor.ts';
import { limits, type Charge } from './limits.ts';

/**
 * Does what is limited: takes from each budget in turn, and works only then. What fails through no fault of the caller,
 * such as an outage of Wix, is given back. When it cannot be counted, it is not done.
 * @param isFree what this outcome cost is given back too.
 * @throws {Problem} `too-many-requests`, `database-unavailable`, or what `work` throws.
 */
export async function counted<Outcome>(
  charges: readonly Charge[],
  work: () => Promise<Outcome>,
  isFree: (outcome: Outcome) => boolean = () => false,
): Promise<Outcome> {
  const taken: { charge: Charge; standing: Standing | null }[] = [];
  for (const charge of charges) taken.push({ charge, standing: await limits().take(charge) });
  const giveBack = () => quietly(taken.map(({ charge, standing }) => limits().giveBack(charge, standing)));
  try {
    const outcome = await work();
    if (isFree(outcome)) await giveBack();
    return outcome;
  } catch (error) {
    if (toProblem(error).status >= 500) await giveBack();
    throw error;
  }
}

/**
 * A sign-in by password. Tries that fail are counted per address and per account; at a place that has signed in to the
 * account before, by a budget of its own there: strangers who guess elsewhere cannot keep its owner out. Both measures
 * are named by NIST SP 800-63B §3.2.2.
 * @param email in canonical form, so that no spelling has a budget of its own.
 */
export async function countedSignIn<Outcome extends Readonly<{ state: string }>>(
  email: string,
  client: string,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const place = atPlace(client, email);
  const isIn = (outcome: Outcome) => outcome.state === 'SUCCESS';
  const outcome = await counted(
    [{ budget: 'login', key: client }],
    async () => counted([(await limits().isKnown(place.key)) ? place : forAccount(email)], work),
    isIn,
  );
  if (isIn(outcome)) await signedInAt(client, email);
  return outcome;
}

/** Whoever got in is known at this place from here on, and what failed before is forgotten. */
export async function signedInAt(client: string, email: string): Promise<void> {
  const { restore, remember } = limits();
  await quietly([restore(atPlace(client, email)), restore(forAccount(email))]);
  // Where nobody can be told apart is no place.
  if (client !== UNKNOWN_CLIENT) await quietly([remember(atPlace(client, email).key)]);
}

function forAccount(email: string): Charge {
  return { budget: 'login-account', key: keyOf('account', email) };
}

function atPlace(client: string, email: string): Charge {
  return { budget: 'login-place', key: keyOf('place', `${client} ${email}`) };
}

/**
 * What is counted of any request: against the member, whichever credential they use, or the address of a visitor. When
 * it cannot be counted, the request goes on: what it may do is decided elsewhere.
 * @throws {Problem} `too-many-requests`.
 */
export async function countRequest(actor: Actor, client: string): Promise<Standing | null> {
  const charge: Charge =
    actor.kind === 'member' ? { budget: 'api', key: actor.id } : { budget: 'visitor', key: client };
  try {
    return await limits().take(charge);
  } catch (error) {
    const problem = toProblem(error);
    if (problem.code === 'too-many-requests') throw problem;
    logFailure(problem.cause ?? problem, 'counting a request');
    return null;
  }
}

/** What a counter is called that belongs to an e-mail or a secret: the store of counters tells neither. */
export function keyOf(purpose: string, text: string): string {
  return secrets().sign(`limit: ${purpose}`, text).toString('base64url');
}

/** The work is done or has failed by now; a counter that cannot be put right changes nothing about that. */
async function quietly(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'rejected') logFailure(result.reason, 'putting a limit right');
  }
}
