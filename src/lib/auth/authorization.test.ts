import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseEnvironment, provideEnvironment } from '../../env.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { keyring } from '../store/keyring.ts';
import { accessTokenStore } from './access-token-store.ts';
import type { Member } from './actor.ts';
import { grantCode } from './authorization.ts';
import { authorizationCodeStore } from './authorization-code-store.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import { memberStore } from './member-store.ts';
import { passwordResetStore } from './password-reset-store.ts';
import { signInFloorStore } from './sign-in-floor-store.ts';
import { endAllCredentials, provideStores, stores } from './stores.ts';
import { wixTokenVault } from './wix-token-vault.ts';

const secrets = keyring(Buffer.alloc(32, 7));
const known = { id: '1815', email: 'ada@example.com', emailVerified: true };
const request = {
  redirectUri: 'com.example.app:/signed-in',
  codeChallenge: 'A'.repeat(43),
  state: undefined,
  clientId: null,
};

let folder: string;
let database: Database;
let member: Member;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'authorization-'));
  provideEnvironment(
    parseEnvironment(
      {
        WIX_CLIENT_ID: '0f1e2d3c-4b5a-4697-8877-665544332211',
        WIX_CLIENT_SECRET: 'client-secret-value',
        WIX_CLIENT_INSTANCE_ID: '11223344-5566-4778-8990-aabbccddeeff',
        SITE_ORIGIN: 'https://gatehouse.example',
        SECRETS_KEY: Buffer.alloc(32, 9).toString('base64'),
      },
      'live',
    ),
  );
  ({ database } = await openDatabase({ dataFolder: folder, poolSize: 1 }));
  provideStores({
    members: memberStore(database),
    sessions: luciaSessionStore(database, secrets),
    accessTokens: accessTokenStore(database, secrets),
    authorizationCodes: authorizationCodeStore(database, secrets),
    passwordResets: passwordResetStore(database),
    signInFloors: signInFloorStore(database),
    wixTokens: wixTokenVault(database, secrets),
  });
  const { session } = await stores().sessions.create({
    member: { ...known, nickname: null, firstName: null, lastName: null },
    wixTokens: { accessToken: 'a', expiresAt: Date.now() / 1000 + 3600, refreshToken: 'r' },
    device: null,
  });
  const credential = { kind: 'session', id: session.id } as const;
  member = { kind: 'member', ...known, roles: [], credential, scopes: null };
});

afterEach(async () => {
  await database.destroy();
  await rm(folder, { recursive: true });
});

/** The states of all codes there are: `null` for one that an app could use. */
const states = async () =>
  (await database.selectFrom('authorization_code').select('session_id').execute()).map(
    ({ session_id }) => session_id,
  );

test('a member’s yes becomes a code', async () => {
  const address = new URL(await grantCode(request, member));
  expect(address.searchParams.get('code')).toMatch(/^gh_code_/);
  expect(await states()).toEqual([null]);
});

test('SE-03 a code that is made while everything of its member ends is good for nothing', async () => {
  const { authorizationCodes, ...others } = stores();
  provideStores({
    ...others,
    authorizationCodes: {
      ...authorizationCodes,
      async issue(grant) {
        await endAllCredentials(member.id);
        return authorizationCodes.issue(grant);
      },
    },
  });
  await expect(grantCode(request, member)).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(await states()).toEqual(['void']);
});
