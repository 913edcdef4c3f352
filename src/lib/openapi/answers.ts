import { z } from 'zod';
import type { SiteProperties } from '../wix/site-properties.ts';
import type { presentAccessToken, presentDevice } from '../http/present-credentials.ts';
import type { presentMember } from '../http/present.ts';
import { FIELD_TYPES } from '../policy/field.ts';
import { ACTIONS } from '../policy/collection.ts';
import type { CollectionDescription } from '../policy/describe.ts';

/**
 * What the routes answer with. Requests are described by the schemas that parse them; answers are put together by
 * presenters, so each schema here is tied to its presenter by type.
 */

/** What JSON makes of a value: instants are text. */
type Json<Value> = Value extends Date
  ? string
  : Value extends readonly (infer Entry)[]
    ? readonly Json<Entry>[]
    : Value extends object
      ? { readonly [Name in keyof Value]: Json<Value[Name]> }
      : Value;

type SchemaOf<Presented> = z.ZodType<Json<Presented>>;

export const Instant = z.iso.datetime();

export const Problem = z
  .strictObject({
    type: z.string().meta({ description: 'The address of the page that explains the code.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What to do about it.' }),
    code: z.string().meta({ description: 'What to decide on: it stays the same when wording changes.' }),
    requestId: z.string().meta({ description: 'Names this request in the log of the site.' }),
    errors: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .max(20)
      .optional()
      .meta({ description: 'One entry per faulty field, on `invalid-request`; `path` is dotted.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details.' });

export const Member = z
  .strictObject({
    id: z.string(),
    email: z.string(),
    emailVerified: z.boolean(),
    nickname: z.string().nullable(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
  })
  .meta({ id: 'Member' }) satisfies SchemaOf<ReturnType<typeof presentMember>>;

export const SignedIn = z
  .strictObject({
    state: z.literal('SUCCESS'),
    token: z.string(),
    tokenType: z.literal('Bearer'),
    expiresAt: Instant.meta({ description: 'Slides while the token is used.' }),
    member: Member,
  })
  .meta({ id: 'SignedIn' });

export const SignInPending = z
  .union([
    z.strictObject({
      state: z.literal('EMAIL_VERIFICATION_REQUIRED'),
      verificationToken: z
        .string()
        .meta({ description: 'For POST /api/auth/verify, with the code from the mail.' }),
    }),
    z.strictObject({ state: z.literal('OWNER_APPROVAL_REQUIRED') }),
  ])
  .meta({ id: 'SignInPending' });

export const Session = z
  .strictObject({
    id: z.string(),
    device: z.string().nullable(),
    createdAt: Instant,
    lastSeenAt: Instant.meta({ description: 'To the hour.' }),
    expiresAt: Instant,
    current: z.boolean().meta({ description: 'Whether it is the one that asks.' }),
  })
  .meta({ id: 'Session' }) satisfies SchemaOf<ReturnType<typeof presentDevice>>;

const accessToken = {
  id: z.string(),
  name: z.string(),
  prefix: z.string().meta({ description: 'How the token begins.' }),
  scopes: z.array(z.string()),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable().meta({ description: 'To the hour; null until it is used.' }),
};

export const AccessToken = z.strictObject(accessToken).meta({ id: 'AccessToken' }) satisfies SchemaOf<
  ReturnType<typeof presentAccessToken>
>;

export const MadeAccessToken = z
  .strictObject({ ...accessToken, token: z.string().meta({ description: 'Shown this once.' }) })
  .meta({ id: 'MadeAccessToken' });

export const Collections = z.strictObject({
  collections: z.array(
    z.strictObject({
      name: z.string(),
      fields: z.array(
        z.strictObject({
          name: z.string(),
          type: z.enum(FIELD_TYPES),
          required: z.boolean(),
          writable: z.boolean(),
        }),
      ),
      actions: z.array(z.enum(ACTIONS)).meta({ description: 'What this caller may do, on their own rows.' }),
    }),
  ),
}) satisfies SchemaOf<{ collections: CollectionDescription[] }>;

export const SiteFacts = z
  .strictObject({
    siteDisplayName: z.string().nullable(),
    businessName: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    language: z.string().nullable(),
    timeZone: z.string().nullable(),
    paymentCurrency: z.string().nullable(),
  })
  .meta({ id: 'SiteProperties' }) satisfies SchemaOf<SiteProperties>;

/** RFC 6749 §5.1 and §5.2. */
export const TokenAnswer = z.strictObject({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int(),
  member: Member,
});

export const TokenFailure = z
  .strictObject({
    error: z.enum([
      'invalid_request',
      'invalid_client',
      'invalid_grant',
      'unsupported_grant_type',
      'invalid_scope',
      'temporarily_unavailable',
      'server_error',
    ]),
    error_description: z.string(),
  })
  .meta({ id: 'TokenFailure' });
