import { z } from 'zod';

/** What a role is called: in capitals over the wire, as the SDK's types demand; in small letters everywhere else. */
export type RoleKey = string;

/** Comes with the site and belongs to its owner. No app gives, takes, changes or removes it. */
export const ADMIN: RoleKey = 'admin';

const KEY = /^[A-Z][A-Z0-9_-]{0,99}$/;

/** A key as it goes over the wire. */
export const WireKey = z
  .string()
  .regex(KEY, 'must be a role key in capitals')
  .transform((key): RoleKey => key.toLowerCase());

/** A key as people write it, in seeds and on the desk. */
export const WrittenKey = z
  .string()
  .trim()
  .transform((key): RoleKey => key.toLowerCase())
  .refine((key) => KEY.test(key.toUpperCase()), 'is no role key');

export const onWire = (key: RoleKey): string => key.toUpperCase();
