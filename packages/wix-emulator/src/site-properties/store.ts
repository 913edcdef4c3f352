import { z } from 'zod';
import type { Store } from '../store/store.ts';

const text = z.string().max(5_000);
const object = z.record(z.string(), z.json());

/** https://dev.wix.com/docs/rest/business-management/site-properties/properties */
export const SiteProperties = z.strictObject({
  categories: object.optional(),
  locale: z.strictObject({ languageCode: text, country: text }).optional(),
  language: text.optional(),
  paymentCurrency: text.optional(),
  timeZone: text.optional(),
  email: text.optional(),
  phone: text.optional(),
  fax: text.optional(),
  address: object.optional(),
  siteDisplayName: text.optional(),
  businessName: text.optional(),
  logo: text.optional(),
  description: text.optional(),
  businessSchedule: object.optional(),
  multilingual: object.optional(),
  consentPolicy: object.optional(),
  businessConfig: text.optional(),
  externalSiteUrl: text.optional(),
  trackClicksAnalytics: z.boolean().optional(),
  companyId: text.optional(),
});
export type SiteProperties = z.output<typeof SiteProperties>;

export const PROPERTY_NAMES: ReadonlySet<string> = new Set(Object.keys(SiteProperties.shape));

export type Versioned = { properties: SiteProperties; version: string };

export const readProperties = (store: Store): Versioned =>
  store.readValue<Versioned>('siteProperties') ?? { properties: {}, version: '0' };

/** Every write is a new version. */
export function writeProperties(store: Store, properties: SiteProperties): Versioned {
  return store.write(() => {
    const version = String(Number(readProperties(store).version) + 1);
    const written: Versioned = { properties, version };
    store.writeValue('siteProperties', written);
    return written;
  });
}
