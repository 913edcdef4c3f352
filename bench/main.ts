import { measure, medianOf, type Figures, type Load } from './load.ts';
import { megabytesOf, startBare, startSite, stopAll, type Site } from './processes.ts';

/**
 * How fast is the whole road, session, policy, Grant, the real SDK and the embedded Wix, next to what Astro does with a
 * constant and to the same road written by hand? All in one run and taking turns, since machines differ and change:
 * only the ratios say something. `docs/performance.md` says where the time goes.
 */
const ROUNDS = 3;
const ROWS = 100_000;
const SMALL = 1_000;
const LARGE = 1_000_000;

const ITEMS = '/api/collections/SITConnections/items';

function listing(site: Site, rows: number): Load {
  const requests = site.tokens.map((token) => ({ path: `${ITEMS}?limit=20`, headers: bearer(token) }));
  return { name: `list own 20, ${rows.toLocaleString('en')} rows`, subject: site, requests, status: 200 };
}

function others(site: Site): Load[] {
  const { tokens, canaries } = site;
  const own = (index: number) => `${ITEMS}/${canaries[index]}-${index % 100}`;
  const body = JSON.stringify({
    name: 'A new one',
    status: 'lead',
    company: 'Bench',
    notes: 'made to measure',
  });
  const writing = (token: string) => ({ ...bearer(token), 'content-type': 'application/json' });
  return [
    {
      name: 'get own',
      subject: site,
      requests: tokens.map((token, index) => ({ path: own(index), headers: bearer(token) })),
      status: 200,
    },
    {
      name: 'insert',
      subject: site,
      requests: tokens.map((token) => ({ method: 'POST', path: ITEMS, headers: writing(token), body })),
      status: 201,
    },
    {
      name: 'get foreign, refused',
      subject: site,
      requests: tokens.map((token, index) => ({
        path: own((index + 1) % tokens.length),
        headers: bearer(token),
      })),
      status: 404,
    },
  ];
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` };
}

type Row = Readonly<{ name: string; connections: number } & Figures>;

async function inTurns(loads: readonly Load[], connections: number): Promise<Row[]> {
  const runs = loads.map((): Figures[] => []);
  for (const load of loads) await measure(load, connections, 2);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, load] of loads.entries()) runs[index]?.push(await measure(load, connections));
  }
  return loads.map(({ name }, index) => ({ name, connections, ...medianOf(runs[index] ?? []) }));
}

function show(rows: readonly Row[]): void {
  const rateOf = (name: string) => rows.find((row) => row.name === name)?.rate ?? Number.NaN;
  console.log(`\n${rows[0]?.connections} connections, medians of ${ROUNDS}`);
  console.log(`${''.padEnd(32)}  req/s   × (a)   × (b)    p50 ms  p99 ms   CPU µs`);
  for (const { name, rate, p50, p99, cpu } of rows) {
    const figures = [
      rate.toFixed(0).padStart(6),
      (rate / rateOf(CONSTANT)).toFixed(2).padStart(7),
      (rate / rateOf(BY_HAND)).toFixed(2).padStart(7),
      p50.toFixed(0).padStart(9),
      p99.toFixed(0).padStart(7),
      cpu.toFixed(0).padStart(8),
    ];
    console.log(`${name.padEnd(32)} ${figures.join(' ')}`);
  }
}

const CONSTANT = '(a) a constant, stock Astro';
const BY_HAND = '(b) the list written by hand';

/** The ratio that must be reached, for sixteen connections. */
function judge(rows: readonly Row[], sites: Readonly<Record<'small' | 'site' | 'large', Site>>): void {
  const find = (name: string) => rows.find((row) => row.name.startsWith(name));
  const rate = (name: string) => find(name)?.rate ?? Number.NaN;
  const list = `list own 20, ${ROWS.toLocaleString('en')}`;
  const check = (what: string, figure: number, limit: number, isAtLeast: boolean) => {
    const isReached = isAtLeast ? figure >= limit : figure <= limit;
    console.log(
      `${what.padEnd(46)} ${figure.toFixed(2).padStart(7)}  ${isAtLeast ? '≥' : '≤'} ${limit}  ${isReached ? 'reached' : 'MISSED'}`,
    );
    if (!isReached) process.exitCode = 1;
  };
  console.log('');
  check('list to (a)', rate(list) / rate(CONSTANT), 0.5, true);
  check('list to (b)', rate(list) / rate(BY_HAND), 0.8, true);
  check('get to (a)', rate('get own') / rate(CONSTANT), 0.6, true);
  check('insert to (a)', rate('insert') / rate(CONSTANT), 0.3, true);
  check('refused get to (a)', rate('get foreign') / rate(CONSTANT), 0.6, true);
  check('list, p99 to p50', (find(list)?.p99 ?? 0) / (find(list)?.p50 ?? 0), 4, false);
  const sizes =
    rate(`list own 20, ${SMALL.toLocaleString('en')}`) / rate(`list own 20, ${LARGE.toLocaleString('en')}`);
  check('list, 1,000 rows to 1,000,000 rows', sizes, 1.1, false);
  for (const [name, site] of Object.entries(sites)) {
    console.log(`${`memory, ${name}`.padEnd(46)} ${megabytesOf(site.pid).toFixed(0).padStart(7)}  MB`);
  }
  check('memory of the site, MB', megabytesOf(sites.site.pid), 300, false);
}

try {
  const bare = await startBare(ROWS);
  const sites = {
    small: await startSite(SMALL),
    site: await startSite(ROWS),
    large: await startSite(LARGE),
  };
  const constant = { name: CONSTANT, subject: bare, requests: [{ path: '/constant' }], status: 200 };
  const byHand = {
    name: BY_HAND,
    subject: bare,
    requests: bare.tokens.map((token) => ({ path: '/by-hand', headers: bearer(token) })),
    status: 200,
  };
  const shared = [constant, byHand, listing(sites.site, ROWS), ...others(sites.site)];
  const sixteen = await inTurns([...shared, listing(sites.small, SMALL), listing(sites.large, LARGE)], 16);
  show(sixteen);
  show(await inTurns(shared, 64));
  judge(sixteen, sites);
} finally {
  await stopAll();
}
