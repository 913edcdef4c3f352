import { z } from 'zod';
import { ListOf } from '../http/request.ts';
import { canonicalEmail } from './member.ts';

export const Fieldset = z.enum(['PUBLIC', 'EXTENDED', 'FULL']);
export type Fieldset = z.output<typeof Fieldset>;

const Fieldsets = ListOf(Fieldset).default([]);
const Id = z.string().min(1).max(64);
const count = z.number().int().min(0);

export const MyRequest = z.strictObject({ fieldsets: Fieldsets });

export const GetRequest = z.strictObject({ id: Id, fieldsets: Fieldsets });

export const NothingRequest = z.strictObject({});

export const IdRequest = z.strictObject({ id: Id });

const Sort = z
  .array(
    z.strictObject({ fieldName: z.string().min(1).max(512), order: z.enum(['ASC', 'DESC']).default('ASC') }),
  )
  .max(8);

const Paging = z
  .strictObject({ limit: count.max(1_000).default(50), offset: count.default(0) })
  .default({ limit: 50, offset: 0 });

const Filter = z.record(z.string(), z.unknown());

/** The fields that may be searched are documented with the SDK's type `Search`. */
const Search = z.strictObject({
  expression: z.string().min(1).max(100),
  fields: z
    .array(
      z.enum([
        'loginEmail',
        'contact.firstName',
        'contact.lastName',
        'profile.title',
        'profile.nickname',
        'profile.slug',
      ]),
    )
    .max(4)
    .default([]),
});
export type Search = z.output<typeof Search>;

/** The builder puts `sort` beside `query`, not inside [recorded]; both places are read. */
export const QueryRequest = z.strictObject({
  fieldsets: Fieldsets,
  query: z.strictObject({ filter: Filter.default({}), paging: Paging, sort: Sort.optional() }).prefault({}),
  sort: Sort.optional(),
  search: Search.optional(),
});

export const ListRequest = z.strictObject({
  fieldsets: Fieldsets,
  paging: Paging,
  sorting: Sort.default([]),
});

const Slug = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\s/?#]+$/, 'must fit into an address');

export const MySlugRequest = z.strictObject({ slug: Slug });
export const SlugRequest = z.strictObject({ id: Id, slug: Slug });

export const DeleteMyRequest = z.strictObject({ contentAssigneeId: Id.optional() });

export const BulkIdsRequest = z.strictObject({ memberIds: z.array(Id).min(1).max(100) });
export const BulkFilterRequest = z.strictObject({ filter: Filter });
export const BulkDeleteRequest = BulkFilterRequest.extend({
  contentAssigneeId: Id.optional(),
  search: Search.optional(),
});

/** Read-only fields: programs send back what they read, and Wix passes over them. */
const passedOver = z
  .unknown()
  .optional()
  .transform(() => undefined);

const text = z.string().max(1_000).nullish();
const shortText = z.string().max(100).nullish();
const email = z.email().max(320);

const Address = z.strictObject({
  id: text,
  streetAddress: z.strictObject({ number: shortText, name: z.string().max(200).nullish() }).optional(),
  addressLine: z.string().max(200).nullish(),
  addressLine2: text,
  city: text,
  subdivision: text,
  country: z
    .string()
    .regex(/^([A-Z]{2})?$/, 'must be a country code of two letters')
    .nullish(),
  postalCode: text,
});

const Image = z.strictObject({
  id: text,
  url: z.string().max(4_096).nullish(),
  height: count.nullish(),
  width: count.nullish(),
  offsetX: z.number().int().nullish(),
  offsetY: z.number().int().nullish(),
});

const ContactChanges = z.strictObject({
  contactId: passedOver,
  firstName: text,
  lastName: text,
  phones: z.array(z.string().max(100)).max(50).nullish(),
  emails: z.array(email).max(50).nullish(),
  addresses: z.array(Address).max(50).nullish(),
  birthdate: z
    .string()
    .regex(/^(\d{4}-\d{2}-\d{2})?$/, 'must look like 2020-03-15')
    .nullish(),
  company: shortText,
  jobTitle: shortText,
  customFields: z.record(z.string().min(1).max(100), z.json()).nullish(),
});

const ProfileChanges = z.strictObject({
  nickname: text,
  slug: passedOver,
  title: text,
  photo: Image.optional(),
  cover: Image.optional(),
});

/** What a member may be changed to; which fields are read-only the SDK's type `Member` says. */
const MemberChanges = z.strictObject({
  loginEmail: passedOver,
  loginEmailVerified: passedOver,
  status: passedOver,
  contactId: passedOver,
  contact: ContactChanges.prefault({}),
  profile: ProfileChanges.prefault({}),
  privacyStatus: z.enum(['UNKNOWN', 'PRIVATE', 'PUBLIC']).optional(),
  activityStatus: passedOver,
  createdDate: passedOver,
  updatedDate: passedOver,
  lastLoginDate: passedOver,
});
export type MemberChanges = z.output<typeof MemberChanges>;

export const UpdateRequest = z.strictObject({ member: MemberChanges.extend({ id: Id }) });

/** A new member may have a slug of its own: a disconnected one needs a new one to come back. */
export const CreateRequest = z.strictObject({
  member: MemberChanges.extend({
    id: passedOver,
    loginEmail: z.string().transform(canonicalEmail).pipe(email),
    profile: ProfileChanges.extend({ slug: Slug.nullish() }).prefault({}),
  }),
});
export type NewMember = z.output<typeof CreateRequest>['member'];
