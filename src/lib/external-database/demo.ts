import { sql } from 'kysely';
import type { ExternalDatabase } from './database.ts';
import { createTable } from './sql/schema.ts';

/** Members of the embedded Wix's seed. */
const ADA = '1815ada0-1210-4000-8000-000000000001';
const GRACE = '1906face-1209-4000-8000-000000000002';

const TRIPS = [
  {
    id: 'ada-turin',
    owner: ADA,
    title: 'To Turin with the notes',
    city: 'Turin',
    nights: 6,
    done: 1,
    start: '1840-08-25',
  },
  {
    id: 'ada-nottingham',
    owner: ADA,
    title: 'To the frames of Nottingham',
    city: 'Nottingham',
    nights: 2,
    done: 1,
    start: '1834-06-12',
  },
  {
    id: 'ada-ashley-combe',
    owner: ADA,
    title: 'A summer at Ashley Combe',
    city: 'Porlock',
    nights: 21,
    done: 0,
    start: '1843-07-01',
  },
  {
    id: 'grace-philadelphia',
    owner: GRACE,
    title: 'To the UNIVAC',
    city: 'Philadelphia',
    nights: 4,
    done: 1,
    start: '1949-09-05',
  },
  {
    id: 'grace-dahlgren',
    owner: GRACE,
    title: 'To the Mark III',
    city: 'Dahlgren',
    nights: 3,
    done: 0,
    start: '1950-03-13',
  },
];

/** Makes the table of the demo and its rows, once: what is done with them afterwards stays done. */
export async function plantDemo(database: ExternalDatabase): Promise<void> {
  const tables = await database.discover();
  if (tables.some(({ id }) => id === 'Trips')) return;
  await createTable(database, 'Trips', [
    { key: 'title', type: 'TEXT', referenced: null },
    { key: 'city', type: 'TEXT', referenced: null },
    { key: 'startDate', type: 'DATE', referenced: null },
    { key: 'nights', type: 'NUMBER', referenced: null },
    { key: 'done', type: 'BOOLEAN', referenced: null },
  ]);
  const now = new Date().toISOString();
  const rows = TRIPS.map(
    ({ id, owner, title, city, nights, done, start }) =>
      sql`(${id}, ${owner}, ${now}, ${now}, ${title}, ${city}, ${start}, ${nights}, ${done})`,
  );
  await database.run(sql`INSERT INTO "Trips"
    (_id, _owner, "_createdDate", "_updatedDate", title, city, "startDate", nights, done) VALUES ${sql.join(rows)}`);
}
