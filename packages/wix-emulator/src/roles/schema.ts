import { z } from 'zod';
import { WireKey } from './key.ts';

const memberId = z.uuid();
const blockable = z.boolean();

export const MemberRequest = z.strictObject({ memberId });
export const AssignmentRequest = z.strictObject({ memberId, roleKey: WireKey });

export const QueryRequest = z.strictObject({
  query: z.strictObject({ filter: z.record(z.string(), z.unknown()).default({}) }).prefault({}),
});

export const NothingRequest = z.strictObject({});
export const KeyRequest = z.strictObject({ roleKey: WireKey });

export const CreateRequest = z.strictObject({
  roleKey: WireKey,
  roleTitle: z.string().min(1).max(100),
  blockable: blockable.default(false),
});

export const UpdateRequest = z.strictObject({
  key: WireKey,
  blockable: blockable.optional(),
  revision: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a revision')
    .transform(Number),
});
