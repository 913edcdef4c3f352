import { notImplemented } from '../../http/errors.ts';
import type { Collection } from '../../collections/store.ts';
import type { Site } from '../../site.ts';
import { invalid } from '../errors.ts';
import type { Sql } from '../filter/compile.ts';
import { fieldOf } from '../filter/field.ts';
import { metadataOf, pageOf } from '../page.ts';
import { isMultiReference } from '../references/fields.ts';
import type { DistinctRequest } from './schema.ts';

/** Answers with the values a field has, each once. SQLite sorts them, so that only one page is ever in memory. */
export function answerDistinct(
  site: Site,
  collection: Collection,
  request: DistinctRequest,
  ownedBy?: string,
): string {
  const { fieldName, filter, order, consistentRead } = request;
  const page = pageOf(site.store, 'items.distinct', collection.id, { fieldName, filter, order }, request);
  const { asked, limit, offset } = page;
  const path = asked.fieldName;
  if (path === undefined) throw invalid('fieldName is missing.');
  if (isMultiReference(collection, path)) {
    throw notImplemented(`the distinct values of the multi-reference [${path}]`);
  }
  const values = valuesOf(path, site.items.where(collection, asked.filter, ownedBy));
  const rows = site.items.all<{ json: string }>(
    {
      text: `${values.text} ORDER BY value ${asked.order}, json ${asked.order} LIMIT ? OFFSET ?`,
      // One row more than asked for tells whether there is a next page.
      values: [...values.values, limit + 1, offset],
    },
    consistentRead,
  );
  const found = rows.slice(0, limit).map(({ json }) => json);
  const total = request.returnTotalCount ? countOf(site, values, consistentRead) : undefined;
  const metadata = metadataOf(site.store, page, found.length, rows.length > limit, total);
  return `{"distinctValues":[${found.join(',')}],"pagingMetadata":${JSON.stringify(metadata)}}`;
}

/** An array stands for its elements, anything else for itself; null and missing are no values. */
function valuesOf(path: string, where: Sql): Sql {
  const field = fieldOf(path);
  const list = `CASE ${field.type} WHEN 'array' THEN ${field.json} ELSE '[' || (${field.json}) || ']' END`;
  return {
    text: `SELECT DISTINCT list -> element.fullkey AS json, list ->> element.fullkey AS value
      FROM (SELECT ${list} AS list FROM items WHERE ${where.text}), json_each(list) AS element
      WHERE element.type <> 'null'`,
    values: where.values,
  };
}

function countOf(site: Site, values: Sql, consistentRead: boolean | undefined): number {
  const statement = { text: `SELECT count(*) AS total FROM (${values.text})`, values: values.values };
  return site.items.all<{ total: number }>(statement, consistentRead)[0]?.total ?? 0;
}
