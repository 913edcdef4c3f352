import { createWixEmulator, linesOf } from '../packages/wix-emulator/src/index.ts';
import type { WixEmulator } from '../packages/wix-emulator/src/index.ts';

/**
 * One measurement of the emulator, in a process of its own so that its memory is its own. Told what to do by the
 * command line, it answers its parent with the figures.
 */
const [task = '', data = '', argument = ''] = process.argv.slice(2);

const COLLECTION = 'People';
const QUERIES = 2_000;
const BULKS = 200;
const BULK_SIZE = 100;

const tasks: Record<string, () => Promise<Record<string, number>>> = {
  async import() {
    const wix = await createWixEmulator({ data });
    const begin = performance.now();
    wix.importState(linesOf(argument));
    const seconds = (performance.now() - begin) / 1000;
    wix.close();
    return { seconds };
  },

  async start() {
    const begin = performance.now();
    const wix = await createWixEmulator({ data });
    await query(wix, await appToken(wix), 'c0');
    const milliseconds = performance.now() - begin;
    wix.close();
    return { milliseconds };
  },

  /** Twenty by equality on an indexed field, sorted by another; each query asks for another of the values. */
  async query() {
    const values = Number(argument);
    const wix = await createWixEmulator({ data });
    const token = await appToken(wix);
    const times: number[] = [];
    for (let n = -QUERIES / 4; n < QUERIES; n += 1) {
      const begin = performance.now();
      await query(wix, token, `c${Math.abs(n * 7_919) % values}`);
      if (n >= 0) times.push(performance.now() - begin);
    }
    wix.close();
    return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
  },

  async insert() {
    const wix = await createWixEmulator({ data });
    const token = await appToken(wix);
    const begin = performance.now();
    for (let bulk = 0; bulk < BULKS; bulk += 1) {
      const dataItems = Array.from({ length: BULK_SIZE }, (_, n) => ({
        data: person(bulk * BULK_SIZE + n, 25),
      }));
      const answer = await post(wix, token, '/wix-data/v2/bulk/items/insert', {
        dataCollectionId: COLLECTION,
        dataItems,
      });
      if (!answer.ok) throw new Error(`bulk insert: ${answer.status} ${await answer.text()}`);
    }
    const seconds = (performance.now() - begin) / 1000;
    wix.close();
    return { perSecond: (BULKS * BULK_SIZE) / seconds };
  },
};

export function person(n: number, cities: number): Record<string, unknown> {
  return {
    name: `Person ${(n * 2_654_435_761) % 1_000_003}`,
    city: `c${n % cities}`,
    age: n % 90,
    member: n % 3 === 0,
    joined: { $date: new Date(1.6e12 + n * 1_000).toISOString() },
    notes: 'Met at the bridge, by lantern light. '.repeat(3),
  };
}

async function query(wix: WixEmulator, token: string, city: string): Promise<void> {
  const request = {
    dataCollectionId: COLLECTION,
    query: { filter: { city }, sort: [{ fieldName: 'name', order: 'ASC' }], paging: { limit: 20 } },
  };
  const encoded = Buffer.from(JSON.stringify(request)).toString('base64url');
  const answer = await wix.fetch(
    new Request(`https://www.wixapis.com/wix-data/v2/items/query?.r=${encoded}`, {
      headers: { authorization: token },
    }),
  );
  const { dataItems } = (await answer.json()) as { dataItems: unknown[] };
  if (dataItems.length !== 20) throw new Error(`expected 20 items of ${city}, got ${dataItems.length}`);
}

async function appToken(wix: WixEmulator): Promise<string> {
  const { clientId: client_id, clientSecret: client_secret, instanceId: instance_id } = wix.app;
  const grant = { grant_type: 'client_credentials', client_id, client_secret, instance_id };
  const answer = await post(wix, undefined, '/oauth2/token', grant);
  return ((await answer.json()) as { access_token: string }).access_token;
}

function post(wix: WixEmulator, token: string | undefined, path: string, body: object): Promise<Response> {
  return wix.fetch(
    new Request(`https://www.wixapis.com${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: token }) },
      body: JSON.stringify(body),
    }),
  );
}

function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * q)] ?? Number.NaN;
}

const run = tasks[task];
if (run) {
  const figures = await run();
  process.send?.({ ...figures, megabytes: process.resourceUsage().maxRSS / 1024 });
  process.disconnect();
}
