import { openDatabase, type DatabaseAddress } from '../src/lib/store/database.ts';

// Run by migrating.test.ts: one of several processes that open a database at once.

const address = JSON.parse(process.argv[2] ?? '') as DatabaseAddress;
const { database } = await openDatabase(address);
await database.selectFrom('session').select('id').limit(1).execute();
await database.destroy();
