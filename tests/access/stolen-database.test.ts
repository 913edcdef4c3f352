import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessTokenStore } from '../../src/lib/auth/access-token-store.ts';
import { hashToken } from '../../src/lib/auth/token.ts';
import { openDatabase } from '../../src/lib/store/database.ts';
import { keyring } from '../../src/lib/store/keyring.ts';
import { asBearer, asVisitor, people, tokenOf } from '../actors.ts';
import { DATABASES, dump, useDatabases, type DatabaseKind } from '../databases.ts';
import { startReplicas, type Replica, type Replicas } from '../replicas.ts';

/** Whoever makes off with the database, its write-ahead log, the journal or the log gets nothing to sign in with. */

const databases = useDatabases();

describe.each(DATABASES)('SE-05 with %s', (kind: DatabaseKind) => {
  let site: Replicas;
  let replica: Replica;
  let url: string | undefined;
  let tokens: string[];

  beforeAll(async () => {
    url = kind === 'PostgreSQL' ? await databases.postgres().createDatabase() : undefined;
    site = await startReplicas({ count: 1, databaseUrl: url, variables: { LOG_LEVEL: 'info' } });
    replica = site.replicas[0] as Replica;
    tokens = await use();
  }, 60_000);

  afterAll(() => site?.stop());

  /** Tokens of every kind, used where they are good, and where they are refused and logged. */
  async function use(): Promise<string[]> {
    const [kept, ended] = [await tokenOf(replica, people.ada), await tokenOf(replica, people.grace)];
    const ada = (await asBearer(replica, 'ada', kept).get('/api/me')).body;
    const { database } = await openDatabase({ url, poolSize: 1, dataFolder: replica.dataFolder });
    const store = accessTokenStore(database, keyring(Buffer.from(site.secretsKey, 'base64')));
    const { token: program } = await store.create({
      memberId: ada.id,
      wixTokens: { accessToken: 'unused', expiresAt: 0, refreshToken: 'unused' },
      name: 'Nightly export',
      scopes: ['SITConnections:query'],
      expiresAt: null,
    });
    await database.destroy();
    await asBearer(replica, 'grace', ended).post('/api/auth/logout');
    for (const token of [kept, ended, program]) {
      const caller = asBearer(replica, 'somebody', token);
      await caller.get('/api/collections/SITConnections/items');
      await caller.get(`/api/collections/${token}/items`);
      await caller.get(`/api/me?token=${token}`);
      await caller.post('/api/collections/SITConnections/items', { name: 7, token });
      await asVisitor(replica).post('/api/auth/login', { ...people.ada, device: 'x', token });
    }
    return [kept, ended, program];
  }

  /** How a token could be written down. */
  function formsOf(token: string): string[] {
    const secret = token.replace(/^gh_[a-z]+_/, '');
    const bytes = Buffer.from(secret, 'base64url');
    const texts = [token, secret].map((text) => Buffer.from(text));
    return [
      secret,
      bytes.toString('hex'),
      bytes.toString('base64').replace(/=+$/, ''),
      bytes.toString('latin1'),
      ...texts.flatMap((text) => [
        text.toString('hex'),
        text.toString('base64').replace(/=+$/, '').slice(0, -1),
      ]),
    ];
  }

  function expectNone(where: string, text: string): void {
    const lower = text.toLowerCase();
    for (const [index, token] of tokens.entries())
      for (const form of formsOf(token))
        // Compared outright: a failure that prints the text would be hundreds of megabytes long.
        expect(text.includes(form) || lower.includes(form.toLowerCase()), `token ${index} in ${where}`).toBe(
          false,
        );
  }

  const files = async (folder: string): Promise<[name: string, text: string][]> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const found = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return Promise.all(
      found.map(async (file): Promise<[string, string]> => [file, await readFile(file, 'latin1')]),
    );
  };

  test('no token is in any form in the files, the write-ahead log included', async () => {
    const own = await files(replica.dataFolder);
    const all = kind === 'SQLite' ? own : [...own, ...(await files(databases.postgres().dataFolder))];
    for (const [file, text] of all) expectNone(file, text);
    // That the search would find something: the hash is what is kept.
    const [kept = '', , program = ''] = tokens;
    for (const token of [kept, program])
      expect(all.some(([, text]) => text.includes(hashToken(token)))).toBe(true);
    if (kind === 'SQLite')
      expect(all.some(([file, text]) => file.endsWith('-wal') && text.includes(hashToken(kept)))).toBe(true);
  }, 60_000);

  test('nor in what a dump of all tables shows', async () => {
    const { database } = await openDatabase({ url, poolSize: 1, dataFolder: replica.dataFolder });
    const rows = await dump(database);
    await database.destroy();
    expect(rows).toContain(hashToken(tokens[0] ?? ''));
    expectNone('the tables', rows);
  });

  test('nor in the log, though what they were used for is there', () => {
    const log = replica.log();
    expect(log).toContain('"code":"unauthenticated"');
    expect(log).toContain('"code":"invalid-request"');
    expectNone('the log', log);
  });
});
