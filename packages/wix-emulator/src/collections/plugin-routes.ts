import { Hono } from 'hono';
import type { Env, WixContext } from '../http/env.ts';
import { applicationError, notImplemented } from '../http/errors.ts';
import { manage } from '../http/manage.ts';
import { readBody } from '../http/request.ts';
import { presentCollection } from './present.ts';
import * as schema from './schema.ts';
import { refuseUnsupportedPlugin } from './unsupported.ts';

/** Plugins of collections. */
export const pluginRoutes = new Hono<Env>();

const COLLECTIONS = '/wix-data/v2/collections';

pluginRoutes.post(`${COLLECTIONS}/add-plugin`, async (context) => {
  manage(context, 'collections.addDataCollectionPlugin');
  const { dataCollectionId, plugin } = await readBody(context, schema.AddPluginRequest);
  manage(context, 'collections.addDataCollectionPlugin', dataCollectionId);
  return addPlugin(context, dataCollectionId, plugin);
});

pluginRoutes.post(`${COLLECTIONS}/add-cms-plugin`, async (context) => {
  manage(context, 'collections.addCmsPlugin');
  const { dataCollectionId, cmsOptions } = await readBody(context, schema.AddCmsPluginRequest);
  manage(context, 'collections.addCmsPlugin', dataCollectionId);
  return addPlugin(context, dataCollectionId, { type: 'CMS', cmsOptions });
});

pluginRoutes.post(`${COLLECTIONS}/delete-plugin`, async (context) => {
  manage(context, 'collections.deleteDataCollectionPlugin');
  const { dataCollectionId, pluginType } = await readBody(context, schema.DeletePluginRequest);
  manage(context, 'collections.deleteDataCollectionPlugin', dataCollectionId);
  return deletePlugin(context, dataCollectionId, pluginType);
});

pluginRoutes.post(`${COLLECTIONS}/delete-cms-plugin`, async (context) => {
  manage(context, 'collections.deleteCmsPlugin');
  const { dataCollectionId } = await readBody(context, schema.DeleteRequest);
  manage(context, 'collections.deleteCmsPlugin', dataCollectionId);
  return deletePlugin(context, dataCollectionId, 'CMS');
});

/** Each of these would change what the items do. */
for (const plugin of ['Publish', 'Urlized', 'Multilingual', 'Catalog', 'DraftItems']) {
  const path = plugin.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  for (const verb of ['add', 'delete']) {
    const method = `collections.${verb}${plugin}Plugin`;
    pluginRoutes.post(`${COLLECTIONS}/${verb}-${path}-plugin`, (context) => {
      manage(context, method);
      throw notImplemented(method);
    });
  }
}

function addPlugin(context: WixContext, id: string, plugin: schema.Plugin): Response {
  refuseUnsupportedPlugin(plugin);
  const changed = context.var.site.collections.change(id, undefined, ({ definition: { plugins = [] } }) => {
    if (plugins.some(({ type }) => type === plugin.type)) {
      throw applicationError(409, 'ALREADY_EXISTS', `${id} has the plugin ${plugin.type} already.`);
    }
    return { plugins: [...plugins, plugin] };
  });
  return context.json({ dataCollection: presentCollection(changed) });
}

function deletePlugin(context: WixContext, id: string, pluginType: string): Response {
  refuseUnsupportedPlugin({ type: pluginType });
  const changed = context.var.site.collections.change(id, undefined, ({ definition: { plugins = [] } }) => {
    if (!plugins.some(({ type }) => type === pluginType)) {
      throw applicationError(404, 'NOT_FOUND', `${id} does not have the plugin ${pluginType}.`);
    }
    return { plugins: plugins.filter(({ type }) => type !== pluginType) };
  });
  return context.json({ dataCollection: presentCollection(changed) });
}
