import type { Database } from 'better-sqlite3';

/**
 * Text matching as Wix documents it: not case sensitive, in any script. SQLite's own `lower` knows ASCII only.
 * https://dev.wix.com/docs/velo/apis/wix-data/wix-data-query/starts-with.md
 */
export const textMatches = {
  contains: (value: string, needle: string) => value.toLowerCase().includes(needle.toLowerCase()),
  starts: (value: string, needle: string) => value.toLowerCase().startsWith(needle.toLowerCase()),
  ends: (value: string, needle: string) => value.toLowerCase().endsWith(needle.toLowerCase()),
  fits: (value: string, pattern: string) => fits(value.toLowerCase(), pattern),
} as const;

/** The same as SQL calls them. */
const textFunctions = {
  text_contains: matcher(textMatches.contains),
  text_starts: matcher(textMatches.starts),
  text_ends: matcher(textMatches.ends),
  text_fits: matcher(textMatches.fits),
  text_folded: folded,
  shuffled,
} as const;

/** A piece of a pattern: this text, or one character out of these. */
export type Segment = Readonly<{ type: 'literal' | 'anyOf'; value: string }>;

/** Whether a pattern of segments, as JSON, covers the whole text. Every segment has one length, so none can try again. */
function fits(text: string, pattern: string): boolean {
  let rest = text;
  for (const { type, value } of JSON.parse(pattern) as Segment[]) {
    const literal = value.toLowerCase();
    const met = type === 'literal' ? rest.startsWith(literal) : rest !== '' && value.includes(rest.charAt(0));
    if (!met) return false;
    rest = rest.slice(type === 'literal' ? literal.length : 1);
  }
  return rest === '';
}

/**
 * A text without its letter case, for unique indexes that ignore it. Both ways, because some letters have no
 * partner of their own: ß and SS fold alike. Other values are themselves.
 */
function folded(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase().toUpperCase().toLowerCase() : value;
}

/** FNV-1a over an id and a seed: an order that looks like none, and is the same for the same seed. */
function shuffled(id: unknown, seed: unknown): number {
  let hash = 0x81_1c_9d_c5;
  for (const byte of Buffer.from(`${String(seed)}/${String(id)}`)) {
    hash = Math.imul(hash ^ byte, 0x01_00_01_93);
  }
  // The last bytes of an id should reach the high bits, by which rows are ordered.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function matcher(test: (value: string, needle: string) => boolean) {
  return (value: unknown, needle: unknown): number =>
    typeof value === 'string' && typeof needle === 'string' && test(value, needle) ? 1 : 0;
}

/** Makes them known to a connection; one that lacks them cannot use an index made with them. */
export function addTextFunctions(db: Database): void {
  for (const [name, text] of Object.entries(textFunctions)) db.function(name, { deterministic: true }, text);
}
