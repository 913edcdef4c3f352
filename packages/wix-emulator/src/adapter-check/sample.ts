import { randomUUID } from 'node:crypto';
import type { ExternalSchema } from '../external-databases/adapter.ts';
import type { Json, JsonObject } from '../items/value.ts';

/** Two values of a type: one that is easily lost, one that is easily bent. */
const SAMPLES: Readonly<Record<string, readonly [Json, Json]>> = {
  TEXT: ['check 100% _a_ \\', 'check other'],
  NUMBER: [0, 2.5],
  BOOLEAN: [false, true],
  DATETIME: [{ $date: '2026-01-02T03:04:05.678Z' }, { $date: '2026-01-02T03:04:05.679Z' }],
};

/** Fields that samples are made for; system fields are Wix's own. */
export const sampled = ({ fields }: ExternalSchema) =>
  fields.filter(({ key, type }) => !key.startsWith('_') && Object.hasOwn(SAMPLES, type));

export const sampleOf = (type: string, which: 0 | 1): Json => SAMPLES[type]?.[which] ?? null;

/** A pair of items: the first with everything falsy, the second with everything else. */
export function samplePair(schema: ExternalSchema): [JsonObject, JsonObject] {
  const owner = schema.fields.some(({ key }) => key === '_owner') ? { _owner: randomUUID() } : {};
  const item = (which: 0 | 1): JsonObject => ({
    _id: randomUUID(),
    ...owner,
    ...Object.fromEntries(sampled(schema).map(({ key, type }) => [key, sampleOf(type, which)])),
  });
  return [item(0), item(1)];
}

/** The scratch collection: a field of each kind that samples exist for. */
export const scratchFields = [
  { key: '_id', type: 'TEXT' },
  { key: '_owner', type: 'TEXT' },
  { key: '_createdDate', type: 'DATETIME' },
  { key: '_updatedDate', type: 'DATETIME' },
  { key: 'words', type: 'TEXT' },
  { key: 'amount', type: 'NUMBER' },
  { key: 'flag', type: 'BOOLEAN' },
  { key: 'moment', type: 'DATETIME' },
];
