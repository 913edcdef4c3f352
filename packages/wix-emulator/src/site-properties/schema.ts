import { z } from 'zod';

const text = z.string().max(5_000).nullish();
const flag = z.boolean().nullish();

/** A mask travels as one comma-joined text [recorded]; without one all of an answer, or all that was sent, is meant. */
const Mask = z
  .string()
  .max(2_000)
  .transform((paths) => (paths === '' ? [] : paths.split(',')))
  .pipe(z.array(z.string().regex(/^[a-z]\w*(\.[a-z]\w*)*$/i, 'must be a list of property names')).max(100))
  .optional();

export const ReadRequest = z.strictObject({ fields: Mask });

const BusinessProfile = z.strictObject({
  siteDisplayName: text,
  businessName: text,
  logo: text,
  description: text,
  companyId: z.string().max(50).nullish(),
});

const Address = z.strictObject({
  street: text,
  city: text,
  country: text,
  state: text,
  zip: z.string().max(20).nullish(),
  hint: z.strictObject({ text, placement: z.enum(['BEFORE', 'AFTER', 'REPLACE']).optional() }).optional(),
  isPhysical: flag,
  googleFormattedAddress: text,
  streetNumber: text,
  apartmentNumber: text,
  coordinates: z
    .strictObject({
      latitude: z.number().min(-90).max(90).optional(),
      longitude: z.number().min(-180).max(180).optional(),
    })
    .optional(),
});

const BusinessContact = z.strictObject({ email: text, phone: text, fax: text, address: Address.optional() });

const day = z.enum(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']);
const timeOfDay = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be between 00:00 and 24:00');

const BusinessSchedule = z.strictObject({
  periods: z
    .array(
      z
        .strictObject({ openDay: day, openTime: timeOfDay, closeDay: day, closeTime: timeOfDay })
        .refine(
          ({ openDay, openTime, closeDay, closeTime }) => openDay !== closeDay || closeTime > openTime,
          {
            error: 'must close after it opens',
          },
        ),
    )
    .max(100)
    .default([]),
  specialHourPeriod: z
    .array(
      z.strictObject({
        startDate: text,
        endDate: text,
        isClosed: z.boolean().default(true),
        comment: text,
      }),
    )
    .max(100)
    .default([]),
});

const ConsentPolicy = z.strictObject({
  essential: flag,
  functional: flag,
  analytics: flag,
  advertising: flag,
  dataToThirdParty: flag,
});

/** Bodies of the updates, as the SDK sends them. */
export const ProfileRequest = z.strictObject({ businessProfile: BusinessProfile, fields: Mask });
export const ContactRequest = z.strictObject({ businessContact: BusinessContact, fields: Mask });
export const ScheduleRequest = z.strictObject({ businessSchedule: BusinessSchedule });
export const PolicyRequest = z.strictObject({ consentPolicy: ConsentPolicy });

export const PROFILE_NAMES: ReadonlySet<string> = new Set(Object.keys(BusinessProfile.shape));
export const CONTACT_NAMES: ReadonlySet<string> = new Set(Object.keys(BusinessContact.shape));
