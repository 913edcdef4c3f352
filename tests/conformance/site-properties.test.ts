import { describe, expect, test } from 'vitest';
import {
  ada,
  appToken,
  asApiKey,
  asApp,
  asMember,
  asVisitor,
  failureOf,
  owner,
  send,
  startWix,
} from './support.ts';

type Client = { siteProperties: ReturnType<typeof asApp>['siteProperties'] };

const read = async () => (await asApp().siteProperties.getSiteProperties()).properties ?? {};
const schedule = {
  periods: [
    { openDay: 'MONDAY' as const, openTime: '09:00', closeDay: 'MONDAY' as const, closeTime: '17:00' },
    { openDay: 'FRIDAY' as const, openTime: '20:00', closeDay: 'SATURDAY' as const, closeTime: '02:00' },
  ],
  specialHourPeriod: [{ startDate: '2026-12-24T00:00:00Z', endDate: '2026-12-26T00:00:00Z', isClosed: true }],
};

const calls: readonly (readonly [method: string, call: (client: Client) => Promise<unknown>])[] = [
  ['getSiteProperties', (client) => client.siteProperties.getSiteProperties()],
  ['updateBusinessProfile', (client) => client.siteProperties.updateBusinessProfile({ businessName: 'N' })],
  ['updateBusinessContact', (client) => client.siteProperties.updateBusinessContact({ phone: '1' })],
  ['updateBusinessSchedule', (client) => client.siteProperties.updateBusinessSchedule(schedule)],
  ['updateConsentPolicy', (client) => client.siteProperties.updateConsentPolicy({ analytics: false })],
];

describe('who may', () => {
  test.each(calls)(
    '%s is for apps and API keys, for nobody else, not even the site owner',
    async (method, call) => {
      const wix = await startWix();
      const before = await asApp().siteProperties.getSiteProperties();
      for (const client of [asVisitor(), await asMember(ada), await asMember(owner)]) {
        expect(await failureOf(() => call(client))).toMatchObject({
          status: 403,
          details: { applicationError: { code: 'PERMISSION_DENIED' } },
        });
      }
      expect(await asApp().siteProperties.getSiteProperties()).toEqual(before);
      for (const client of [asApp(), asApiKey()]) {
        await call(client);
        expect(wix.calls.at(-1)).toMatchObject({ operation: `siteProperties.${method}`, status: 200 });
      }
    },
  );

  test('a request without a token is refused', async () => {
    const wix = await startWix();
    expect((await send(wix, 'GET', '/site-properties/v4/properties')).status).toBe(401);
  });
});

describe('getSiteProperties', () => {
  test('gives all of them, or those that are named', async () => {
    await startWix();
    const { properties, version } = await asApp().siteProperties.getSiteProperties();
    expect(properties).toMatchObject({
      businessName: 'Lantern Bridge Introductions Ltd',
      timeZone: 'Europe/London',
    });
    expect(version).toBe('1');
    const some = await asApp().siteProperties.getSiteProperties({ fields: ['email', 'timeZone'] });
    expect(some.properties).toEqual({ email: 'hello@lanternbridge.example', timeZone: 'Europe/London' });
    const address = await asApp().siteProperties.getSiteProperties({ fields: ['address.city'] });
    expect(Object.keys(address.properties ?? {})).toEqual(['address']);
  });

  test('gives a site without any an empty answer', async () => {
    await startWix({ seed: {} });
    expect(await asApp().siteProperties.getSiteProperties()).toMatchObject({ properties: {}, version: '0' });
  });

  test.each(['passwords', '__proto__', 'email;', 'email..x'])('refuses the property %j', async (name) => {
    await startWix();
    expect(await failureOf(() => asApp().siteProperties.getSiteProperties({ fields: [name] }))).toMatchObject(
      { status: 400 },
    );
  });
});

describe('updateBusinessProfile', () => {
  test('without a mask changes what is sent and counts the version', async () => {
    await startWix();
    const before = await read();
    await asApp().siteProperties.updateBusinessProfile({ businessName: 'Lanterns', companyId: '42' });
    expect(await read()).toEqual({ ...before, businessName: 'Lanterns', companyId: '42' });
    expect((await asApp().siteProperties.getSiteProperties()).version).toBe('2');
  });

  test('with a mask changes what is named, clears what is named and not sent, and ignores the rest', async () => {
    await startWix();
    const before = await read();
    await asApp().siteProperties.updateBusinessProfile(
      { businessName: 'Lanterns', siteDisplayName: 'ignored' },
      { fields: ['businessName', 'description'] },
    );
    const after = await read();
    expect(after).toMatchObject({ businessName: 'Lanterns', siteDisplayName: before.siteDisplayName });
    expect(after).not.toHaveProperty('description');
  });

  test.each([
    ['a property of the contact', { phone: '1' }, undefined],
    ['a mask with a property of the contact', { businessName: 'N' }, ['phone']],
    ['a name that is no text', { businessName: 7 }, undefined],
    ['a company id beyond reason', { companyId: 'x'.repeat(51) }, undefined],
  ])('refuses %s', async (_, profile, fields) => {
    await startWix();
    const before = await asApp().siteProperties.getSiteProperties();
    const wrong = profile as { businessName?: string };
    expect(
      await failureOf(() =>
        asApp().siteProperties.updateBusinessProfile(wrong, fields ? { fields } : undefined),
      ),
    ).toMatchObject({ status: 400 });
    expect(await asApp().siteProperties.getSiteProperties()).toEqual(before);
  });
});

describe('updateBusinessContact', () => {
  test('replaces an address, or the part of it that the mask names', async () => {
    await startWix();
    const address = {
      street: 'Bridge Street',
      city: 'York',
      country: 'GB',
      coordinates: { latitude: 53.96, longitude: -1.08 },
    };
    await asApp().siteProperties.updateBusinessContact({ address, phone: '+44 1' });
    expect(await read()).toMatchObject({ address, phone: '+44 1' });
    await asApp().siteProperties.updateBusinessContact(
      { address: { city: 'Leeds' }, phone: 'ignored' },
      { fields: ['address.city', 'address.street'] },
    );
    const { address: changed, phone } = await read();
    expect(changed).toEqual({ city: 'Leeds', country: 'GB', coordinates: address.coordinates });
    expect(phone).toBe('+44 1');
  });

  test.each([
    ['a place off the globe', { address: { coordinates: { latitude: 91, longitude: 0 } } }],
    ['a field no address has', { address: { planet: 'Earth' } }],
    ['a property of the profile', { businessName: 'N' }],
  ])('refuses %s', async (_, contact) => {
    await startWix();
    expect(
      await failureOf(() =>
        asApp().siteProperties.updateBusinessContact(contact as unknown as { phone: string }),
      ),
    ).toMatchObject({ status: 400 });
  });
});

describe('updateBusinessSchedule', () => {
  test('replaces the whole schedule', async () => {
    await startWix();
    await asApp().siteProperties.updateBusinessSchedule(schedule);
    expect((await read()).businessSchedule).toEqual(schedule);
    await asApp().siteProperties.updateBusinessSchedule({ periods: schedule.periods.slice(0, 1) });
    expect((await read()).businessSchedule).toEqual({
      periods: schedule.periods.slice(0, 1),
      specialHourPeriod: [],
    });
  });

  test.each([
    ['an hour that does not exist', { openTime: '25:00' }],
    ['a day that does not exist', { openDay: 'SOMEDAY' }],
    ['closing before opening', { closeTime: '08:00' }],
  ])('refuses %s', async (_, change) => {
    await startWix();
    const periods = [{ ...schedule.periods[0], ...change }] as typeof schedule.periods;
    expect(await failureOf(() => asApp().siteProperties.updateBusinessSchedule({ periods }))).toMatchObject({
      status: 400,
    });
    expect(await read()).not.toHaveProperty('businessSchedule.periods.0.openTime', '25:00');
  });
});

describe('updateConsentPolicy', () => {
  test('changes what is sent; essential cookies cannot be declined', async () => {
    await startWix();
    await asApp().siteProperties.updateConsentPolicy({ essential: false, analytics: false });
    await asApp().siteProperties.updateConsentPolicy({ advertising: true });
    expect((await read()).consentPolicy).toMatchObject({
      essential: true,
      analytics: false,
      advertising: true,
    });
  });

  test('refuses what is no yes or no', async () => {
    await startWix();
    const policy = { analytics: 'maybe' } as unknown as { analytics: boolean };
    expect(await failureOf(() => asApp().siteProperties.updateConsentPolicy(policy))).toMatchObject({
      status: 400,
    });
  });
});

test.each([
  ['business-profile', {}],
  ['business-contact', { businessContact: {}, extra: 1 }],
  ['business-schedule', { businessSchedule: [] }],
  ['policy', { consentPolicy: null }],
])('POST …/%s with %j makes no sense', async (path, body) => {
  const wix = await startWix();
  const token = await appToken(wix);
  const answer = await send(wix, 'POST', `/site-properties/v4/properties/${path}`, { token, body });
  expect(answer.status).toBe(400);
  expect((await asApp().siteProperties.getSiteProperties()).version).toBe('1');
});
