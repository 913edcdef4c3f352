import { Hono } from 'hono';
import { requireAppRights } from '../http/caller.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readBody, readQuery } from '../http/request.ts';
import type { Site } from '../site.ts';
import { overwritten, requireNames, rootOf, shown } from './mask.ts';
import {
  CONTACT_NAMES,
  ContactRequest,
  PolicyRequest,
  PROFILE_NAMES,
  ProfileRequest,
  ReadRequest,
  ScheduleRequest,
} from './schema.ts';
import { PROPERTY_NAMES, readProperties, SiteProperties, writeProperties } from './store.ts';

/**
 * Visitors and members get a 403: these calls take elevation.
 * https://dev.wix.com/docs/go-headless/authentication/admin/elevate-api-call-permissions-with-the-astro-integration
 */
export const sitePropertiesRoutes = new Hono<Env>().basePath('/site-properties/v4/properties');

sitePropertiesRoutes.get('/', (context) => {
  operation(context, 'siteProperties.getSiteProperties');
  requireAppRights(context.var.caller);
  const { fields = [] } = readQuery(context, ReadRequest);
  requireNames(fields, PROPERTY_NAMES);
  const { properties, version } = readProperties(context.var.site.store);
  return context.json({ properties: shown(properties, fields), version });
});

sitePropertiesRoutes.post('/business-profile', async (context) => {
  operation(context, 'siteProperties.updateBusinessProfile');
  requireAppRights(context.var.caller);
  const { businessProfile, fields } = await readBody(context, ProfileRequest);
  return context.json(update(context.var.site, businessProfile, fields, PROFILE_NAMES));
});

sitePropertiesRoutes.post('/business-contact', async (context) => {
  operation(context, 'siteProperties.updateBusinessContact');
  requireAppRights(context.var.caller);
  const { businessContact, fields } = await readBody(context, ContactRequest);
  return context.json(update(context.var.site, businessContact, fields, CONTACT_NAMES));
});

/** Replaces the schedule: to keep a period is to send it again. */
sitePropertiesRoutes.post('/business-schedule', async (context) => {
  operation(context, 'siteProperties.updateBusinessSchedule');
  requireAppRights(context.var.caller);
  return context.json(update(context.var.site, await readBody(context, ScheduleRequest)));
});

/** Essential cookies cannot be declined: the SDK's type says the flag is always true. */
sitePropertiesRoutes.post('/policy', async (context) => {
  operation(context, 'siteProperties.updateConsentPolicy');
  requireAppRights(context.var.caller);
  const { consentPolicy } = await readBody(context, PolicyRequest);
  const known = readProperties(context.var.site.store).properties.consentPolicy;
  return context.json(
    update(context.var.site, { consentPolicy: { ...known, ...consentPolicy, essential: true } }),
  );
});

/** The answer of an update is empty [source: the SDK's types]. Without a mask, what was sent is meant. */
function update(
  site: Site,
  sent: Readonly<Record<string, unknown>>,
  mask: readonly string[] = Object.keys(sent).filter((name) => sent[name] !== undefined),
  names: ReadonlySet<string> = PROPERTY_NAMES,
): object {
  requireNames(mask, names);
  site.store.write(() => {
    const { properties } = readProperties(site.store);
    const written = writeProperties(
      site.store,
      SiteProperties.parse(withoutNulls(overwritten(properties, sent, mask))),
    );
    const fields = [...new Set(mask.map(rootOf))];
    site.events.emit({ subject: 'site-properties', change: 'updated', fields, ...written });
  });
  return {};
}

/** A null is how the SDK's types spell "none". */
const withoutNulls = (value: Readonly<Record<string, unknown>>): unknown =>
  JSON.parse(JSON.stringify(value), (_, inner: unknown) => (inner === null ? undefined : inner));
