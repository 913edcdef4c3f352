import { z } from 'zod';
import { Flag } from '../../http/request.ts';
import { CollectionId, CursorPaging, FieldPath, Filter, options, Paging, Sort } from '../schema.ts';

const OfField = z.strictObject({ itemFieldName: FieldPath });
const resultFieldName = FieldPath;

/** The five operations of the older builder [recorded]. */
const Operation = z.union([
  z.strictObject({ resultFieldName, sum: OfField }),
  z.strictObject({ resultFieldName, average: OfField }),
  z.strictObject({ resultFieldName, min: OfField }),
  z.strictObject({ resultFieldName, max: OfField }),
  z.strictObject({ resultFieldName, itemCount: z.strictObject({}) }),
]);
export type Operation = z.output<typeof Operation>;

const paging = { paging: Paging.optional(), cursorPaging: CursorPaging.optional() };
const request = {
  ...options,
  dataCollectionId: CollectionId,
  returnTotalCount: Flag.optional(),
};

/** With a cursor only the paging is sent [recorded]. */
export const AggregateRequest = z.strictObject({
  ...request,
  ...paging,
  initialFilter: Filter.default({}),
  aggregation: z
    .strictObject({
      groupingFields: z.array(FieldPath).max(50).default([]),
      operations: z.array(Operation).max(100).default([]),
    })
    .optional(),
  finalFilter: Filter.default({}),
  sort: Sort.default([]),
});
export type AggregateRequest = z.output<typeof AggregateRequest>;

/** Expressions nest, and are read by a reader that counts how deep: see expression.ts. */
const WithExpression = z.strictObject({ expression: z.unknown() });

const Accumulator = z.union([
  z.strictObject({ resultFieldName, sum: WithExpression }),
  z.strictObject({ resultFieldName, avg: WithExpression }),
  z.strictObject({ resultFieldName, min: WithExpression }),
  z.strictObject({ resultFieldName, max: WithExpression }),
  z.strictObject({ resultFieldName, first: WithExpression }),
  z.strictObject({ resultFieldName, last: WithExpression }),
  z.strictObject({ resultFieldName, push: WithExpression }),
]);

const Group = z.strictObject({
  groupIds: z
    .array(z.strictObject({ key: FieldPath, expression: z.unknown() }))
    .max(1_000)
    .default([]),
  accumulators: z.array(Accumulator).max(1_000).default([]),
});
export type Group = z.output<typeof Group>;

const OneField = z.strictObject({ fieldName: FieldPath });

/** Nested fields are checked level by level, by the reader that counts how deep: see projection.ts. */
const Fields = z.array(z.unknown()).max(1_000);

export const Field = z.union([
  z.strictObject({ include: OneField }),
  z.strictObject({ exclude: OneField }),
  z.strictObject({ reshape: z.strictObject({ resultFieldName, expression: z.unknown() }) }),
  z.strictObject({ projectNested: z.strictObject({ resultFieldName, fields: Fields }) }),
]);

const Count = z.number().int().min(0);

/** Each stage is an object with one key [recorded]. */
const Stage = z.union([
  z.strictObject({ filter: Filter }),
  z.strictObject({ projection: z.strictObject({ fields: Fields }) }),
  z.strictObject({ group: Group }),
  z.strictObject({ sort: z.strictObject({ values: Sort.min(1) }) }),
  z.strictObject({ unwindArray: z.strictObject({ arrayFieldName: FieldPath }) }),
  z.strictObject({
    objectToArray: z.strictObject({ objectFieldName: FieldPath, destinationFieldName: FieldPath }),
  }),
  z.strictObject({ limit: Count.min(1) }),
  z.strictObject({ skip: Count }),
]);
export type StageRequest = z.output<typeof Stage>;

export const PipelineRequest = z.strictObject({
  ...request,
  pipeline: z
    .strictObject({ ...paging, stages: z.array(Stage).max(100).default([]) })
    .default({ stages: [] }),
});
export type PipelineRequest = z.output<typeof PipelineRequest>;
