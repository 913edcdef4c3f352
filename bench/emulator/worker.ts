import { createWixEmulator, linesOf } from '../../packages/wix-emulator/src/index.ts';
import type { WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import { COLLECTION, LARGE, median, PER_CITY, person, SMALL } from './people.ts';

/**
 * One measurement of the emulator, in a process of its own so that its memory is its own. Told what to do by the
 * command line, it answers its parent with the figures.
 */
const [task = '', data = '', argument = ''] = process.argv.slice(2);

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

  /**
   * Twenty by equality on an indexed field, sorted by another; each query asks for another of the values. The large
   * and the small file take turns query by query, so that whatever else the machine does slows both.
   */
  async query() {
    const sites = await Promise.all([openSite(data, LARGE), openSite(argument, SMALL)]);
    for (let n = -QUERIES; n < QUERIES; n += 1) {
      for (const { wix, token, cities, times } of sites) {
        const begin = performance.now();
        await query(wix, token, `c${Math.abs(n * 7_919) % cities}`);
        if (n >= 0) times.push(performance.now() - begin);
      }
    }
    for (const { wix } of sites) wix.close();
    const [large = Number.NaN, small = Number.NaN] = sites.map(({ times }) => median(times));
    return { p50: large, ratio: large / small };
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

async function openSite(file: string, items: number) {
  const wix = await createWixEmulator({ data: file });
  return { wix, token: await appToken(wix), cities: items / PER_CITY, times: [] as number[] };
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

const figures = await tasks[task]?.();
process.send?.({ ...figures, megabytes: process.resourceUsage().maxRSS / 1024 });
process.disconnect();
