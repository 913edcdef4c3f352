import type { Actor } from '../auth/actor.ts';
import type { Included } from '../http/present.ts';
import { authorize } from '../policy/authorize.ts';
import type { FieldAccess } from '../policy/collection.ts';

/**
 * What lets items behind reference fields be shown: each is a collection of its own, with a decision of its own.
 * @throws {Problem} what `authorize` throws for a collection that this actor may not query.
 */
export function authorizeIncluded(actor: Actor, names: readonly string[], { fields }: FieldAccess): Included {
  return Object.fromEntries(
    names.map((name) => [name, authorize(actor, 'query', fields[name]?.collection ?? '')]),
  );
}
