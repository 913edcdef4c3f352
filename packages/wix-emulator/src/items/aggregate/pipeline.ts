import type { Collection } from '../../collections/store.ts';
import type { Site } from '../../site.ts';
import { pageOf } from '../page.ts';
import { readsItems } from './read-path.ts';
import { answerRows, itemsOf, run } from './run.ts';
import type { PipelineRequest, StageRequest } from './schema.ts';
import { parseStages } from './stage.ts';

/** Runs a pipeline. What it begins with, filters and then a sort, is SQL; the rest is done row by row. */
export function answerPipeline(
  site: Site,
  collection: Collection,
  request: PipelineRequest,
  ownedBy: string | undefined,
): object {
  const { pipeline, consistentRead, returnTotalCount = false } = request;
  const page = pageOf(site.store, 'items.aggregatePipeline', collection.id, pipeline.stages, pipeline);
  const { filters, sort, rest } = splitOf(page.asked);
  for (const { fieldName } of sort) readsItems(collection)(fieldName);
  const stages = parseStages(collection, rest);
  const source = { collection, filters, sort, ownedBy, consistentRead };
  return answerRows(site, page, run(itemsOf(site, source), stages), returnTotalCount);
}

function splitOf(stages: readonly StageRequest[]) {
  const end = stages.findIndex((stage) => !('filter' in stage));
  const begin = end === -1 ? stages.length : end;
  const filters = stages.slice(0, begin).flatMap((stage) => ('filter' in stage ? [stage.filter] : []));
  const next = stages[begin];
  if (!next || !('sort' in next)) return { filters, sort: [], rest: stages.slice(begin) };
  return { filters, sort: next.sort.values, rest: stages.slice(begin + 1) };
}
