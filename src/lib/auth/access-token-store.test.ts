import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../store/database.ts';
import { keyring } from '../store/keyring.ts';
import { accessTokenStoreContract } from './access-token-store.contract.ts';
import { accessTokenStore } from './access-token-store.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import { wixTokenVault } from './wix-token-vault.ts';

const secrets = keyring(Buffer.alloc(32, 7));

accessTokenStoreContract('SQLite', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'access-tokens-'));
  const { database } = await openDatabase({ dataFolder, poolSize: 1 });
  return {
    store: accessTokenStore(database, secrets),
    sessions: luciaSessionStore(database, secrets),
    wixTokens: wixTokenVault(database, secrets),
    dump: async () => JSON.stringify(await database.selectFrom('access_token').selectAll().execute()),
    async close() {
      await database.destroy();
      await rm(dataFolder, { recursive: true });
    },
  };
});
