import { Problem } from '../http/problem.ts';
import type { CapabilityGrant } from '../policy/grant.ts';
import { elevatedSiteProperties } from './elevated.ts';

/** What of the site's properties leaves the server: chosen one by one, since Wix sends much more. */
export type SiteProperties = Readonly<{
  siteDisplayName: string | null;
  businessName: string | null;
  email: string | null;
  phone: string | null;
  language: string | null;
  timeZone: string | null;
  paymentCurrency: string | null;
}>;

/**
 * dev.wix.com/docs/sdk/backend-modules/business-tools/site-properties/get-site-properties
 * @throws {Problem} `wix-refused`, `wix-unavailable`, `wix-timeout`.
 */
export async function getSiteProperties(grant: CapabilityGrant): Promise<SiteProperties> {
  const { properties } = await elevatedSiteProperties(grant);
  if (!properties) throw new Problem('wix-refused', { reason: 'Wix sent no site properties' });
  return {
    siteDisplayName: properties.siteDisplayName ?? null,
    businessName: properties.businessName ?? null,
    email: properties.email ?? null,
    phone: properties.phone ?? null,
    language: properties.language ?? null,
    timeZone: properties.timeZone ?? null,
    paymentCurrency: properties.paymentCurrency ?? null,
  };
}
