import { openDatabase, type DatabaseAddress } from '../src/lib/store/database.ts';
import { migrations } from '../src/lib/store/migrations/index.ts';

// Run by migrating.test.ts: one of several processes that open a database at once, or one that is killed meanwhile.

const [, , address = '', staysInside = ''] = process.argv;
const all = {
  ...migrations,
  ...(staysInside !== '' && {
    '900-for-ever': {
      async up() {
        process.send?.('inside');
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      },
    },
  }),
};

if (staysInside === '') process.send?.('opening');
const { database } = await openDatabase(JSON.parse(address) as DatabaseAddress, all);
await database.selectFrom('session').select('id').limit(1).execute();
await database.destroy();
process.disconnect();
