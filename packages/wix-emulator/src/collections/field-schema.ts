import { z } from 'zod';

const text = z.string().max(1_000);
const open = z.record(z.string(), z.json());

/** https://dev.wix.com/docs/rest/business-solutions/cms/introduction */
export const FieldKey = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/);

/** As the published types have them. */
const FieldType = z.enum([
  'TEXT',
  'NUMBER',
  'DATE',
  'DATETIME',
  'IMAGE',
  'BOOLEAN',
  'DOCUMENT',
  'URL',
  'RICH_TEXT',
  'VIDEO',
  'ANY',
  'ARRAY_STRING',
  'ARRAY_DOCUMENT',
  'AUDIO',
  'TIME',
  'LANGUAGE',
  'RICH_CONTENT',
  'MEDIA_GALLERY',
  'ADDRESS',
  'PAGE_LINK',
  'REFERENCE',
  'MULTI_REFERENCE',
  'OBJECT',
  'ARRAY',
  'LEGACY_TIME',
  'LEGACY_BOOK',
  'LEGACY_EXTERNAL_URL',
  'LEGACY_BROKEN_REFERENCE',
  'LEGACY_IMAGE',
  'LEGACY_COLOR',
  'LEGACY_EXTERNAL_VIDEO',
  'SLUG',
  'EMAIL',
  'SECURED_MEDIA',
  'MEDIA_IMAGE',
  'MEDIA_VECTOR_ART',
]);

/**
 * A field of a collection. Inside the metadata of a type a wrong key is accepted and leaves a dead field, as on Wix
 * [public, see wix-protocol §5.1].
 */
export const Field = z.strictObject({
  key: FieldKey,
  type: FieldType,
  displayName: text.nullish(),
  description: z.string().max(16_000).nullish(),
  typeMetadata: z
    .strictObject({
      reference: open.optional(),
      multiReference: open.optional(),
      object: open.optional(),
      array: open.optional(),
      pageLink: open.optional(),
    })
    .optional(),
  plugins: z.array(open).max(100).optional(),
  readOnly: z.boolean().nullish(),
  immutable: z.boolean().nullish(),
  required: z.boolean().nullish(),
  encrypted: z.boolean().optional(),
  numberRange: open.optional(),
  stringLengthRange: open.optional(),
  arraySizeRange: open.optional(),
  condition: open.optional(),
  // The service writes these; they come back in whatever was read before.
  systemField: z.boolean().optional(),
  capabilities: open.optional(),
});
export type Field = z.output<typeof Field>;
