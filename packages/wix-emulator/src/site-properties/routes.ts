import { Hono } from 'hono';
import { z } from 'zod';
import { hasAppRights, requireToken } from '../http/caller.ts';
import { permissionDenied, validationError } from '../http/errors.ts';
import { operation } from '../http/env.ts';
import type { Env } from '../http/env.ts';
import { readQuery } from '../http/request.ts';
import { PROPERTY_NAMES, readProperties } from './store.ts';

export const sitePropertiesRoutes = new Hono<Env>();

/** The mask is one comma-joined text [recorded]. */
const Request = z.strictObject({ fields: z.string().max(2_000).optional() });

/**
 * Visitors and members get a 403: reading them takes elevation.
 * https://dev.wix.com/docs/go-headless/authentication/admin/elevate-api-call-permissions-with-the-astro-integration
 */
sitePropertiesRoutes.get('/site-properties/v4/properties', (context) => {
  operation(context, 'site-properties.get');
  if (!hasAppRights(requireToken(context.var.caller))) throw permissionDenied();
  const { fields } = readQuery(context, Request);
  const { properties, version } = readProperties(context.var.site.store);
  return context.json({ properties: mask(properties, fields?.split(',') ?? []), version });
});

function mask(properties: Record<string, unknown>, paths: string[]): Record<string, unknown> {
  if (paths.length === 0) return properties;
  // Nested paths select the whole property they begin with.
  const names = paths.map((path) => path.split('.')[0] ?? '');
  const unknown = names.find((name) => !PROPERTY_NAMES.has(name));
  if (unknown !== undefined) {
    throw validationError([
      { field: 'fields', description: `has no property ${unknown}`, violatedRule: 'OTHER' },
    ]);
  }
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}
