import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createWixEmulator, type Seed, type WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import { demoSeed } from '../../server/offline.ts';
import { examine } from '../../src/lib/doctor/examine.ts';
import { exitCodeOf, type Call, type Finding } from '../../src/lib/doctor/finding.ts';
import { asJson, inWords } from '../../src/lib/doctor/report.ts';
import { verifyJournal } from '../../src/lib/policy/journal-chain.ts';

/** `npm run doctor` on a site that is as it must be, and with each thing that can be wrong with one. */

const app = {
  clientId: '11111111-1111-4111-8111-111111111111',
  clientSecret: 'the-secret-of-the-client',
  instanceId: '55555555-5555-4555-8555-555555555555',
};
const SECRETS_KEY = 'Jd0DdO1qGS5cR0cCEr9XoZ8pl5Ycn2P0H2nUqbTzF4s=';
const source = await readFile('src/lib/policy/collections.ts', 'utf8');
let dataFolder: string;

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'gatehouse-doctor-'));
});

afterAll(() => rm(dataFolder, { recursive: true }));

type SeedCollection = NonNullable<Seed['collections']>[number];
type Plant = (collections: Map<string, SeedCollection>) => void;

/** A Wix with the demo in it, changed as the test likes. */
async function openWix(plant: Plant = () => {}): Promise<WixEmulator> {
  const seed = structuredClone(demoSeed);
  const collections = new Map((seed.collections ?? []).map((one) => [one.id, one]));
  plant(collections);
  const redirectUris = ['https://members.example.com/api/auth/callback'];
  const wix = await createWixEmulator({
    data: ':memory:',
    app: { ...app, redirectUris },
    seed: { ...seed, collections: [...collections.values()] },
  });
  onTestFinished(() => wix.close());
  return wix;
}

const right = {
  WIX_CLIENT_ID: app.clientId,
  WIX_CLIENT_SECRET: app.clientSecret,
  WIX_CLIENT_INSTANCE_ID: app.instanceId,
  SITE_ORIGIN: 'https://members.example.com',
  SECRETS_KEY,
};

const diagnose = (wix: WixEmulator, variables: Record<string, string> = {}): Promise<Finding[]> =>
  examine({
    variables: { ...right, DATA_DIR: dataFolder, ...variables },
    mode: 'live',
    wix: (request) => wix.fetch(request),
    source,
  });

const wrong = (findings: readonly Finding[]) => findings.filter(({ level }) => level !== 'ok');
const told = (findings: readonly Finding[]) =>
  wrong(findings).map(({ level, subject }) => `${level} ${subject}`);

/** Does what the printed call says, with the app's token, as somebody at a shell would. */
async function apply(wix: WixEmulator, { method, url, body }: Call): Promise<number> {
  const token = await wix.fetch(
    new Request('https://www.wixapis.com/oauth2/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: app.clientId,
        client_secret: app.clientSecret,
        instance_id: app.instanceId,
      }),
    }),
  );
  const { access_token: authorization } = (await token.json()) as { access_token: string };
  const headers = { authorization, 'content-type': 'application/json' };
  return (await wix.fetch(new Request(url, { method, headers, body: JSON.stringify(body) }))).status;
}

function get(collections: Map<string, SeedCollection>, id: string): SeedCollection {
  const found = collections.get(id);
  if (!found) throw new Error(`the demo has no ${id}`);
  return found;
}

describe('a site that is as it must be', () => {
  let wix: WixEmulator;
  let findings: Finding[];

  beforeEach(async () => {
    wix = await openWix();
    wix.clearCalls();
    findings = await diagnose(wix);
  });

  test('has nothing wrong with it, and the demo’s seed is one', () => {
    expect(wrong(findings)).toEqual([]);
    expect(exitCodeOf(findings)).toBe(0);
    const subjects = findings.map(({ subject }) => subject);
    for (const subject of ['SECRETS_KEY', 'clock', 'redirect URI', 'database', 'SITConnections', 'Venues'])
      expect(subjects).toContain(subject);
  });

  test('is not changed: Wix is asked, and never told', () => {
    const operations = new Set(wix.calls.map(({ operation }) => operation));
    expect([...operations].toSorted()).toEqual([
      'authorization.queryRoles',
      'collections.getDataCollection',
      'indexes.listIndexes',
      'items.count',
      'members.queryMembers',
      'oauth2.authorize',
      'oauth2.token-info',
      'oauth2.token:anonymous',
      'oauth2.token:client_credentials',
      'redirects.create-session:auth',
      'siteProperties.getSiteProperties',
    ]);
  });

  test('SU-06 has each use of the app’s rights in its journal', async () => {
    const folder = join(dataFolder, 'journal');
    const [newest = ''] = (await readdir(folder)).toSorted().toReversed();
    const text = await readFile(join(folder, newest), 'utf8');
    expect(verifyJournal(text)).toMatchObject({ unended: 0, faults: [] });
    const elevated = wix.calls.filter(
      ({ subject, path }) => subject.type === 'APP' && !path.startsWith('/oauth2'),
    );
    expect(verifyJournal(text).calls).toBe(elevated.length);
    expect(text).toContain('whoever runs the site compares it with the policies');
  });
});

describe('what a call puts right is printed, and put right by it', () => {
  const closed = { read: 'ADMIN', insert: 'ADMIN', update: 'ADMIN', remove: 'ADMIN' } as const;

  test.each<[string, Plant, string[]]>([
    ['a collection that is not there', (all) => void all.delete('Introductions'), ['fault Introductions']],
    [
      'a field that is not there',
      (all) => {
        const venues = get(all, 'Venues');
        venues.fields = venues.fields?.filter(({ key }) => key !== 'doorCode');
      },
      ['fault Venues.doorCode'],
    ],
    [
      'a reference that is not there',
      (all) => {
        const introductions = get(all, 'Introductions');
        introductions.fields = introductions.fields?.filter(({ key }) => key !== 'venue');
      },
      ['fault Introductions.venue'],
    ],
    ...(['ANYONE', 'SITE_MEMBER', 'SITE_MEMBER_AUTHOR'] as const).flatMap((role) =>
      (['read', 'insert', 'update', 'remove'] as const).map((action): [string, Plant, string[]] => [
        `${action} for ${role} where only the app may`,
        (all) => {
          get(all, 'SITConnections').permissions = { ...closed, [action]: role };
        },
        ['fault SITConnections'],
      ]),
    ),
    [
      'the newer permissions, where the older ones are right',
      (all) => {
        get(all, 'Venues').dataPermissions = { itemRead: 'SITE_MEMBER' };
      },
      ['fault Venues'],
    ],
    [
      'a write for anyone where no rule is',
      (all) => {
        get(all, 'Announcements').permissions = { ...closed, read: 'ANYONE', update: 'ANYONE' };
      },
      ['fault Announcements'],
    ],
    [
      'a collection closed to those whom the rule lets in',
      (all) => {
        get(all, 'Announcements').permissions = closed;
      },
      ['fault Announcements'],
    ],
    [
      'no index on the owner',
      (all) => {
        get(all, 'SITConnections').indexes = [{ name: 'by-name', fields: [{ path: 'name' }] }];
      },
      ['warning SITConnections.memberEmail'],
    ],
    [
      'an index on the owner alone',
      (all) => {
        get(all, 'Introductions').indexes = [{ name: 'members', fields: [{ path: 'memberIds' }] }];
      },
      ['warning Introductions.memberIds'],
    ],
  ])('%s', async (_, plant, expected) => {
    const wix = await openWix(plant);
    const findings = await diagnose(wix);
    expect(told(findings)).toEqual(expected);
    expect(exitCodeOf(findings)).toBe(expected[0]?.startsWith('fault') ? 1 : 0);
    const calls = findings.flatMap(({ remedy }) => (remedy?.call ? [remedy.call] : []));
    expect(calls).toHaveLength(expected.length);
    const printed = inWords(findings);
    for (const call of calls) {
      expect(printed).toContain(`curl -s -X POST ${call.url} `);
      expect(printed).toContain(`-d '${JSON.stringify(call.body)}'`);
      expect(await apply(wix, call)).toBe(200);
    }
    // A collection that has just been made has no index yet: that is the next thing to do.
    const again = await diagnose(wix);
    for (const { remedy } of wrong(again)) if (remedy?.call) await apply(wix, remedy.call);
    expect(exitCodeOf(again)).toBe(0);
    expect(told(await diagnose(wix))).toEqual([]);
  });

  test('what CMS editors may do is nobody else’s business, and stays', async () => {
    const wix = await openWix((all) => {
      get(all, 'Venues').dataPermissions = { itemUpdate: 'CMS_EDITOR', itemRead: 'ANYONE' };
    });
    const [finding] = wrong(await diagnose(wix));
    expect(finding?.message).toContain('query is for ANYONE');
    expect(finding?.message).not.toContain('CMS_EDITOR');
    expect(finding?.remedy?.call?.body).toEqual({
      dataPermissions: {
        id: 'Venues',
        itemRead: 'PRIVILEGED',
        itemInsert: 'PRIVILEGED',
        itemUpdate: 'CMS_EDITOR',
        itemRemove: 'PRIVILEGED',
      },
    });
  });
});

describe('what people put right', () => {
  test.each<[string, string, string, string, string]>([
    ['fault', 'SITConnections', 'lastContact', 'TEXT', 'DATETIME'],
    ['fault', 'SITConnections', 'lastContact', 'DATE', 'DATETIME'],
    ['fault', 'Announcements', 'pinned', 'NUMBER', 'BOOLEAN'],
    ['fault', 'Introductions', 'memberIds', 'TEXT', 'ARRAY_STRING'],
    ['fault', 'Introductions', 'venue', 'TEXT', 'REFERENCE'],
    ['warning', 'SITConnections', 'name', 'ANY', 'TEXT'],
  ])('%s: %s.%s is %s at Wix, not %s', async (level, collection, key, type, wanted) => {
    const wix = await openWix((all) => {
      const field = get(all, collection).fields?.find((one) => one.key === key);
      Object.assign(field ?? {}, { type, typeMetadata: undefined });
    });
    const [finding, ...others] = wrong(await diagnose(wix));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ level, subject: `${collection}.${key}` });
    expect(finding?.message).toMatch(new RegExp(`is ${type} at Wix.*${wanted}`));
    const line = Number(finding?.place?.split(':')[1]);
    expect(source.split('\n')[line - 1]?.trim()).toMatch(new RegExp(`^${key}: `));
  });

  test('a reference to another collection', async () => {
    const wix = await openWix((all) => {
      const venue = get(all, 'Introductions').fields?.find(({ key }) => key === 'venue');
      Object.assign(venue ?? {}, {
        typeMetadata: { reference: { referencedCollectionId: 'Announcements' } },
      });
    });
    const findings = await diagnose(wix);
    expect(told(findings)).toEqual(['fault Introductions.venue']);
    expect(wrong(findings)[0]?.message).toContain('refers to Announcements');
  });

  test.each<[string, Record<string, string>, string[]]>([
    ['a secret of another client', { WIX_CLIENT_SECRET: 'another-secret' }, ['fault WIX_CLIENT_SECRET']],
    [
      'an instance of another site',
      { WIX_CLIENT_INSTANCE_ID: '66666666-6666-4666-8666-666666666666' },
      ['fault WIX_CLIENT_INSTANCE_ID'],
    ],
    [
      'a client nobody knows',
      { WIX_CLIENT_ID: '22222222-2222-4222-8222-222222222222' },
      ['fault WIX_CLIENT_ID'],
    ],
  ])('%s, and no collection is looked at', async (_, variables, expected) => {
    const findings = await diagnose(await openWix(), variables);
    expect(told(findings)).toEqual([...expected, 'unchecked collections']);
    expect(exitCodeOf(findings)).toBe(1);
  });

  test('the instance that would be right is named', async () => {
    const findings = await diagnose(await openWix(), {
      WIX_CLIENT_INSTANCE_ID: '66666666-6666-4666-8666-666666666666',
    });
    expect(wrong(findings)[0]?.remedy?.words).toContain(app.instanceId);
  });

  test('a redirect URI that is not on the list, to the letter', async () => {
    const findings = await diagnose(await openWix(), { SITE_ORIGIN: 'https://members.example.com:8443' });
    expect(told(findings)).toEqual(['fault redirect URI']);
    expect(inWords(findings)).toContain('https://members.example.com:8443/api/auth/callback');
  });

  test.each([
    [120_000, ['warning clock'], 'behind'],
    [-120_000, ['warning clock'], 'ahead of'],
    [30_000, [], 'agrees'],
  ])('a clock that Wix’s differs from by %d ms', async (milliseconds, expected, word) => {
    const wix = await openWix();
    wix.clock.forward(milliseconds);
    const findings = await diagnose(wix);
    expect(told(findings)).toEqual(expected);
    expect(findings.find(({ subject }) => subject === 'clock')?.message).toContain(word);
  });

  test.each<[string, Record<string, string>, string]>([
    ['a key that is too short', { SECRETS_KEY: 'c2hvcnQ=' }, 'SECRETS_KEY'],
    [
      'a key of one byte over and over',
      { SECRETS_KEY: Buffer.alloc(32, 7).toString('base64') },
      'SECRETS_KEY',
    ],
    [
      'a key that is a text',
      { SECRETS_KEY: Buffer.from('correct horse battery staple 123').toString('base64') },
      'SECRETS_KEY',
    ],
    [
      'an older key that is a text',
      { PREVIOUS_SECRETS_KEYS: Buffer.alloc(32, 'abc').toString('base64') },
      'SECRETS_KEY',
    ],
    ['no secret', { WIX_CLIENT_SECRET: '' }, 'WIX_CLIENT_SECRET'],
    ['an origin with a path', { SITE_ORIGIN: 'https://members.example.com/' }, 'SITE_ORIGIN'],
    ['an origin without TLS', { SITE_ORIGIN: 'http://members.example.com' }, 'SITE_ORIGIN'],
    ['a public key that is none', { WIX_CLIENT_PUBLIC_KEY: 'bm8ga2V5' }, 'WIX_CLIENT_PUBLIC_KEY'],
    ['a database nobody answers at', { DATABASE_URL: 'postgres://me:hidden-word@127.0.0.1:1/x' }, 'database'],
  ])('%s', async (_, variables, subject) => {
    const findings = await diagnose(await openWix(), variables);
    expect(told(findings)).toContain(`fault ${subject}`);
    expect(exitCodeOf(findings)).toBe(1);
    expect(asJson(findings)).not.toContain('hidden-word');
  });
});

describe('what could not be looked at is not told to be right', () => {
  test.each<[string, Parameters<WixEmulator['faults']['set']>[0]]>([
    ['is away', { fault: 'cut', path: '*', when: 'before' }],
    ['fails', { fault: 'status', path: '*', status: 503 }],
    ['never answers', { fault: 'stall', path: '*' }],
    ['never answers about collections', { fault: 'stall', path: '/wix-data/v2/*' }],
    ['has had enough', { fault: 'status', path: '/wix-data/v2/indexes', status: 429 }],
  ])('Wix %s', async (_, fault) => {
    const wix = await openWix();
    wix.faults.set(fault);
    const started = performance.now();
    const findings = await diagnose(wix, { WIX_TIMEOUT_MS: '500' });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(told(findings)).toEqual(['unchecked Wix']);
    expect(exitCodeOf(findings)).toBe(2);
    expect(findings.map(({ subject }) => subject)).not.toContain('Venues');
  });

  test.each<[string, string, string[], number]>([
    ['collections', '/wix-data/v2/collections/*', ['unchecked Venues'], 2],
    ['indexes', '/wix-data/v2/indexes', ['unchecked Venues'], 2],
    ['members', '/members/*', ['fault app permissions'], 1],
    ['site properties', '/site-properties/*', ['fault app permissions'], 1],
  ])('the app may not look at %s', async (_, path, expected, exitCode) => {
    const wix = await openWix();
    wix.faults.set({ fault: 'status', path, status: 403 });
    const findings = await diagnose(wix);
    expect(told(findings)).toEqual(expect.arrayContaining(expected));
    expect(exitCodeOf(findings)).toBe(exitCode);
  });
});

test('SU-03 nothing secret is printed, in words or for programs, whatever is wrong', async () => {
  const wix = await openWix((all) => void all.delete('Venues'));
  const tokens = new Set<string>();
  const report = async (variables: Record<string, string>) => {
    const findings = await examine({
      variables: { ...right, DATA_DIR: dataFolder, ...variables },
      mode: 'live',
      wix: async (request) => {
        const answer = await wix.fetch(request);
        for (const [, token = ''] of (await answer.clone().text()).matchAll(/_token":"([^"]+)"/g))
          tokens.add(token);
        return answer;
      },
      source,
    });
    return inWords(findings) + asJson(findings);
  };
  const texts = [
    await report({}),
    await report({ WIX_CLIENT_SECRET: 'a-secret-that-is-wrong' }),
    await report({ SECRETS_KEY: 'a-key-that-is-wrong' }),
  ];
  expect(tokens.size).toBeGreaterThan(3);
  for (const secret of [
    app.clientSecret,
    SECRETS_KEY,
    'a-secret-that-is-wrong',
    'a-key-that-is-wrong',
    ...tokens,
  ])
    for (const text of texts) expect(text).not.toContain(secret);
});
