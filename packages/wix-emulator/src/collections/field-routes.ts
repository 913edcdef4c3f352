import { Hono } from 'hono';
import type { Env } from '../http/env.ts';
import { manage } from '../http/manage.ts';
import { readBody } from '../http/request.ts';
import type { Field } from './field-schema.ts';
import { changeField, createField, deleteField } from './fields.ts';
import { presentCollection } from './present.ts';
import * as schema from './schema.ts';
import { refuseUnsupportedField } from './unsupported.ts';

/** Fields one by one. */
export const fieldRoutes = new Hono<Env>();

const COLLECTIONS = '/wix-data/v2/collections';

fieldRoutes.post(`${COLLECTIONS}/create-field`, async (context) => {
  manage(context, 'collections.createDataCollectionField');
  const { dataCollectionId, field } = await readBody(context, schema.FieldRequest);
  manage(context, 'collections.createDataCollectionField', dataCollectionId);
  const { collections } = context.var.site;
  return context.json({
    dataCollection: presentCollection(createField(collections, dataCollectionId, field)),
  });
});

/** What is not named is lost [published types]. */
fieldRoutes.post(`${COLLECTIONS}/update-field`, async (context) => {
  manage(context, 'collections.updateDataCollectionField');
  const { dataCollectionId, field } = await readBody(context, schema.FieldRequest);
  manage(context, 'collections.updateDataCollectionField', dataCollectionId);
  refuseUnsupportedField(field);
  const { collections } = context.var.site;
  return context.json({
    dataCollection: presentCollection(changeField(collections, dataCollectionId, field.key, () => field)),
  });
});

/** What is not named stays. The request repeats the id of its path, which the SDK does not encode [recorded]. */
fieldRoutes.patch(`${COLLECTIONS}/:id{.+}/patch-field`, async (context) => {
  manage(context, 'collections.patchDataCollectionField');
  const { dataCollectionId, field: named } = await readBody(context, schema.PatchFieldRequest);
  // JSON has no undefined: what is there was named.
  const field = named as Partial<Field> & Pick<Field, 'key'>;
  manage(context, 'collections.patchDataCollectionField', dataCollectionId);
  refuseUnsupportedField(field);
  const { collections } = context.var.site;
  const patched = changeField(collections, dataCollectionId, field.key, (known) => ({ ...known, ...field }));
  return context.json({ dataCollection: presentCollection(patched) });
});

fieldRoutes.post(`${COLLECTIONS}/delete-field`, async (context) => {
  manage(context, 'collections.deleteDataCollectionField');
  const { dataCollectionId, fieldKey } = await readBody(context, schema.DeleteFieldRequest);
  manage(context, 'collections.deleteDataCollectionField', dataCollectionId);
  const { collections, store } = context.var.site;
  return context.json({
    dataCollection: presentCollection(deleteField(store, collections, dataCollectionId, fieldKey)),
  });
});
