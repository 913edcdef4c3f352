import { AsyncLocalStorage } from 'node:async_hooks';
import { items } from '@wix/data';
import { siteProperties } from '@wix/business-tools';
import { auth } from '@wix/essentials';
import { AppStrategy, createClient, OAuthStrategy } from '@wix/sdk';
import type { Tokens } from '@wix/sdk';
import { expect, test } from 'vitest';
import { ada, app, asMember, failureOf, grace, startWix } from './support.ts';

/** The wiring of a Wix server: two clients for the whole process, the identity of each request beside it. */
const requests = new AsyncLocalStorage<Tokens>();
const appStrategy = AppStrategy({
  appId: app.clientId,
  appSecret: app.clientSecret,
  instanceId: app.instanceId,
});

/** Asked for at every call, so that each call is made by whoever it is made for. */
function memberStrategy() {
  const tokens = requests.getStore();
  if (!tokens) throw new Error('outside of a request');
  return OAuthStrategy({ clientId: app.clientId, tokens });
}

createClient({ auth: memberStrategy }).enableContext('module', { elevated: false });
createClient({ auth: appStrategy }).enableContext('module', { elevated: true });

const elevatedQuery = auth.elevate(items.query);
const elevatedProperties = auth.elevate(siteProperties.getSiteProperties);

test('an elevated call is the app’s, a plain one beside it the member’s', async () => {
  const wix = await startWix();
  const tokens = (await asMember(ada)).auth.getTokens();
  await requests.run(tokens, async () => {
    expect((await failureOf(() => items.query('SITConnections').find())).message).toContain('WDE0027');
    expect(wix.calls.at(-1)?.subject).toEqual({ type: 'MEMBER', id: ada.id });
    const page = await elevatedQuery('SITConnections').eq('memberEmail', ada.email).find();
    expect(page.length).toBeGreaterThanOrEqual(3);
    expect(wix.calls.at(-1)?.subject).toEqual({ type: 'APP', id: app.clientId });
    expect((await failureOf(() => siteProperties.getSiteProperties())).message).toContain(
      'PERMISSION_DENIED',
    );
    expect((await elevatedProperties()).properties?.email).toBe('hello@lanternbridge.example');
  });
});

test('fifty interleaved requests of two members keep their identities', async () => {
  const wix = await startWix({
    seed: {
      members: [ada, grace].map(({ id, email, password }) => ({ id, loginEmail: email, password })),
      collections: [
        {
          id: 'Mine',
          permissions: {
            read: 'SITE_MEMBER_AUTHOR',
            insert: 'SITE_MEMBER',
            update: 'ADMIN',
            remove: 'ADMIN',
          },
          items: [ada, grace].map(({ id }) => ({ _id: `of-${id}`, _owner: id })),
        },
      ],
    },
  });
  const people = await Promise.all(
    [ada, grace].map(async (person) => ({ person, tokens: (await asMember(person)).auth.getTokens() })),
  );
  const seen = await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const { person, tokens } = people[n % 2] ?? people[0] ?? { person: ada, tokens: undefined };
      if (!tokens) throw new Error('no tokens');
      const ids = await requests.run(tokens, async () =>
        (await items.query('Mine').find()).items.map(({ _id }) => _id),
      );
      return { expected: [`of-${person.id}`], ids };
    }),
  );
  for (const { expected, ids } of seen) expect(ids).toEqual(expected);
  expect(wix.calls.filter(({ operation }) => operation === 'items.query')).toHaveLength(50);
});
