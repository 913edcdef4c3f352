import { sql } from 'kysely';
import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { DATABASES, useDatabases } from '../../../tests/databases.ts';
import { openDatabase } from './database.ts';
import { migrations } from './migrations/index.ts';
import { readSchemaVersion } from './schema-version.ts';

const databases = useDatabases();
const names = Object.keys(migrations);

describe.each(DATABASES)('in %s', (kind) => {
  test('the schema is as far as its migrations, and looking makes none', async () => {
    const { address, remove } = await databases.place(kind);
    const nothing = { last: null, missing: names, unknown: [] };
    expect(await readSchemaVersion(address)).toEqual(nothing);
    expect(await readSchemaVersion(address)).toEqual(nothing);
    if (kind === 'SQLite') expect(await readdir(address.dataFolder)).toEqual([]);

    const [first = ''] = names;
    const early = await openDatabase(address, {
      [first]: migrations[first] ?? { up: () => Promise.resolve() },
    });
    expect(await readSchemaVersion(address)).toEqual({ last: first, missing: names.slice(1), unknown: [] });
    await early.database.destroy();

    const { database } = await openDatabase(address);
    expect(await readSchemaVersion(address)).toEqual({ last: names.at(-1), missing: [], unknown: [] });
    await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('999-of-tomorrow', '')`.execute(
      database,
    );
    expect(await readSchemaVersion(address)).toMatchObject({ missing: [], unknown: ['999-of-tomorrow'] });
    await database.destroy();
    await remove();
  });
});
