import { z } from 'zod';
import { contentTables, migrations } from '../store/schema.ts';

/**
 * The whole state of a site as lines of JSON: a head, a line per row, and an end with a digest. It is made to be
 * moved, not edited (a seed is for that): a file that was cut or changed on the way is refused as a whole.
 *
 * `meta` holds the keys that tokens are signed with, so a state is as secret as the data file it came from. The
 * registered app is not in it: that one belongs to Wix's side of the site, and a reset keeps it too.
 */
export const FORMAT = 'wix-emulator-state';

/** Of the data file's tables. A state made by a newer emulator may have others. */
export const VERSION = migrations.length;

/** Tables that are copied row by row. Items travel as they go over the wire, and say themselves where they hold arrays. */
export const PLAIN_TABLES = contentTables.filter((table) => table !== 'items' && table !== 'array_paths');

const WireDate = z.strictObject({ $date: z.iso.datetime() });

export const Head = z.strictObject({ format: z.literal(FORMAT), version: z.int().positive() });

/** Bytes stand as base64url, since JSON has none. */
const Value = z.union([z.string(), z.number(), z.null(), z.strictObject({ bytes: z.string() })]);
export type Value = z.output<typeof Value>;

const WireItem = z.looseObject({
  _id: z.string().min(1),
  _owner: z.string(),
  _createdDate: WireDate,
  _updatedDate: WireDate,
});

const ItemLine = z.strictObject({ collection: z.int(), item: WireItem });
export type ItemLine = z.output<typeof ItemLine>;

const TableLine = z.strictObject({ table: z.enum(PLAIN_TABLES), row: z.record(z.string(), Value) });
export type TableLine = z.output<typeof TableLine>;

const EndLine = z.strictObject({ end: z.strictObject({ sha256: z.string() }) });

export const Line = z.union([ItemLine, TableLine, EndLine]);
