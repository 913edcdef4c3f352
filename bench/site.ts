import { crowd, rowsOf, toSeedMember } from '../tests/crowd.ts';
import { serve } from '../server/gatehouse.ts';
import { demoSeed } from '../server/offline.ts';

/** One site in a process of its own, with ROWS connections of which each member owns twenty. */
const ROWS_EACH = 20;
const ASKING = 50;

const members = crowd(Number(process.env['ROWS']) / ROWS_EACH);
const asking = members.slice(0, ASKING);
const network = globalThis.fetch;

const site = await serve({
  variables: process.env,
  seed: {
    ...demoSeed,
    // Only those who ask need an account; hashing thousands of passwords would measure nothing.
    members: [...(demoSeed.members ?? []), ...asking.map(toSeedMember)],
    collections: (demoSeed.collections ?? []).map((collection) =>
      collection.id === 'SITConnections'
        ? { ...collection, items: members.flatMap((member) => rowsOf(member, ROWS_EACH)) }
        : collection,
    ),
  },
});

const tokens: string[] = [];
for (const { email, password } of asking) {
  const response = await network(`${site.address}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  tokens.push(((await response.json()) as { token: string }).token);
}

process.once('disconnect', () => void site.stop().then(() => process.exit(0)));
process.send?.({ address: site.address, tokens });
