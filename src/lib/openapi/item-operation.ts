import { scopeOf } from '../auth/scope.ts';
import type { Action, FieldAccess } from '../policy/collection.ts';
import { exampleOf, type DescribedCollection } from './item-schemas.ts';
import type { Answer, Operation } from './operation.ts';

/** Where the items of a collection are. */
export function itemsPath(name: string): string {
  return `/api/collections/${name}/items`;
}

/** Who may, on which rows, and with whose rights at Wix. */
export function ruled(
  { name, policy }: DescribedCollection,
  action: Action,
): Pick<Operation, 'tag' | 'asksWix' | 'access' | 'description'> {
  const { sentence = 'nobody', roles = [], decide } = policy.rules[action] ?? {};
  const runs =
    policy.as === 'app' ? 'the app, elevated and journalled' : 'whoever asks, with their own rights at Wix';
  return {
    tag: name,
    asksWix: true,
    access: { scope: scopeOf(name, action), visitors: decide?.({ kind: 'visitor' }).allowed ?? false, roles },
    description: `Who: ${sentence}. Runs as ${runs}.`,
  };
}

/** The answer of a list, by address and by body. */
export function onePage({ page, access }: DescribedCollection): Answer {
  return {
    description: 'One page.',
    schema: page,
    example: { items: [exampleItem(access.query)], page: { limit: 20 } },
  };
}

export function exampleItem(access: FieldAccess): Record<string, unknown> {
  return { _id: 'an-id', ...exampleOf(access, access.readable) };
}
