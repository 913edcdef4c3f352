import type { Field, FieldType } from '../policy/field.ts';

/**
 * The types at Wix that hold what a declared field holds; the first is the one to make.
 * dev.wix.com/docs/rest/business-solutions/cms/data-collections/data-types-in-wix-data
 */
const FITTING: Readonly<Record<FieldType, readonly [string, ...string[]]>> = {
  text: ['TEXT', 'RICH_TEXT', 'URL', 'SLUG', 'LANGUAGE', 'EMAIL'],
  email: ['EMAIL', 'TEXT'],
  number: ['NUMBER'],
  boolean: ['BOOLEAN'],
  // Not DATE: that is a day without a time.
  dateTime: ['DATETIME'],
  texts: ['ARRAY_STRING'],
  reference: ['REFERENCE'],
};

/** Whether a type at Wix holds what a field is declared to hold; `ANY` holds everything and promises nothing. */
export function fits(field: Field, wixType: string): 'yes' | 'no' | 'anything' {
  if (wixType === 'ANY') return 'anything';
  return FITTING[field.type].includes(wixType) ? 'yes' : 'no';
}

export function wixTypesOf(field: Field): readonly string[] {
  return FITTING[field.type];
}

/** The field as Wix is asked to make it. */
export function wixField(key: string, field: Field) {
  return {
    key,
    displayName: key,
    type: FITTING[field.type][0],
    ...(field.collection !== null && {
      typeMetadata: { reference: { referencedCollectionId: field.collection } },
    }),
  };
}
