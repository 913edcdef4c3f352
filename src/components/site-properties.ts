import type { SiteProperties } from '../lib/wix/site-properties.ts';

/** The properties in the order a person would ask for them. */
export const siteProperties: readonly Readonly<{ name: keyof SiteProperties; label: string }>[] = [
  { name: 'siteDisplayName', label: 'Site name' },
  { name: 'businessName', label: 'Business name' },
  { name: 'email', label: 'E-mail' },
  { name: 'phone', label: 'Phone' },
  { name: 'language', label: 'Language' },
  { name: 'timeZone', label: 'Time zone' },
  { name: 'paymentCurrency', label: 'Currency' },
];
