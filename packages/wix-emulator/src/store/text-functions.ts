/**
 * Text matching as Wix documents it: not case sensitive, in any script. SQLite's own `lower` knows ASCII only.
 * https://dev.wix.com/docs/velo/apis/wix-data/wix-data-query/starts-with.md
 */
export const textFunctions = {
  text_contains: (value: unknown, needle: unknown) => matches(value, needle, (a, b) => a.includes(b)),
  text_starts: (value: unknown, needle: unknown) => matches(value, needle, (a, b) => a.startsWith(b)),
  text_ends: (value: unknown, needle: unknown) => matches(value, needle, (a, b) => a.endsWith(b)),
} as const;

function matches(value: unknown, needle: unknown, test: (value: string, needle: string) => boolean): number {
  if (typeof value !== 'string' || typeof needle !== 'string') return 0;
  return test(value.toLowerCase(), needle.toLowerCase()) ? 1 : 0;
}
