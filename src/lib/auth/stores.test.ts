import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DATABASES, useDatabases, type TestDatabase } from '../../../tests/databases.ts';
import { keyring } from '../store/keyring.ts';
import { accessTokenStoreContract } from './access-token-store.contract.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import { memberStoreContract } from './member-store.contract.ts';
import { plainSessionStore } from './plain-session-store.ts';
import { sessionStoreContract } from './session-store.contract.ts';
import { wixTokenVaultContract } from './wix-token-vault.contract.ts';

const databases = useDatabases();
const secrets = keyring(Buffer.alloc(32, 7));
const SESSION_STORES = [
  ['lucia', luciaSessionStore],
  ['the plain store', plainSessionStore],
] as const;

const member = {
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  nickname: null,
  firstName: null,
  lastName: null,
};
const wixTokens = { accessToken: 'a', expiresAt: 1, refreshToken: 'r' };

for (const kind of DATABASES) {
  const open = () => databases.open(kind);
  for (const [name, make] of SESSION_STORES) sessionStoreContract(`${name} on ${kind}`, make, open);
  accessTokenStoreContract(kind, open);
  memberStoreContract(kind, open);
  wixTokenVaultContract(kind, open);

  describe(`exchanging the session store on ${kind}`, { timeout: 30_000 }, () => {
    let opened: TestDatabase;

    beforeAll(async () => {
      opened = await open();
    });

    afterEach(() => opened.empty());

    afterAll(() => opened.close());

    const [lucia, plain] = SESSION_STORES.map(
      ([, make]) =>
        () =>
          make(opened.database, secrets),
    ) as [() => ReturnType<typeof luciaSessionStore>, () => ReturnType<typeof luciaSessionStore>];

    test.each([
      ['lucia', 'the plain store', lucia, plain],
      ['the plain store', 'lucia', plain, lucia],
    ])('what %s has opened, %s knows: nobody is signed out', async (_, __, before, after) => {
      const created = await Promise.all(
        [null, 'Pixel 9', 'Laptop'].map((device) => before().create({ member, wixTokens, device })),
      );
      for (const { token } of created)
        expect(await after().validate(token)).toEqual(await before().validate(token));
      expect(new Set(await after().list(member.id))).toEqual(new Set(await before().list(member.id)));

      const [first, second, third] = created;
      await after().end(first?.session.id ?? '');
      await before().end(second?.session.id ?? '');
      const live = async ({ token = '' } = {}) => [
        await before().validate(token),
        await after().validate(token),
      ];
      expect(await live(first)).toEqual([null, null]);
      expect(await live(second)).toEqual([null, null]);
      expect((await live(third)).every((found) => found?.session.device === 'Laptop')).toBe(true);
    });
  });

  describe(`without its table on ${kind}`, { timeout: 30_000 }, () => {
    test.each(SESSION_STORES)('%s throws, so that nobody is taken for signed out', async (_, make) => {
      const opened = await open();
      const store = make(opened.database, secrets);
      const { token } = await store.create({ member, wixTokens, device: null });
      await opened.database.schema.dropTable('session').execute();
      await expect(store.validate(token)).rejects.toThrow();
      await expect(store.create({ member, wixTokens, device: null })).rejects.toThrow();
      await opened.close();
    });
  });
}
