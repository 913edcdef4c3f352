/** Where the policies are written down, as seen from the project's folder. */
export const POLICY_FILE = 'src/lib/policy/collections.ts';

/** Tells the line of a collection, or of something inside it. */
export type PolicyLines = (collection: string, inside?: string) => string;

/** @param source the text of the policy file; an empty one names the file alone. */
export function policyLines(source: string): PolicyLines {
  const lines = source.split('\n');
  return (collection, inside) => {
    const declared = lines.findIndex((line) => declares(line, collection, 'collection('));
    if (declared === -1) return POLICY_FILE;
    const end = lines.findIndex((line, at) => at > declared && /^ {2}\}\)/.test(line));
    const found = lines.findIndex(
      (line, at) => at > declared && at < end && inside !== undefined && declares(line, inside),
    );
    return `${POLICY_FILE}:${(found === -1 ? declared : found) + 1}`;
  };
}

function declares(line: string, key: string, value = ''): boolean {
  return [`${key}: ${value}`, `'${key}': ${value}`].some((start) => line.trimStart().startsWith(start));
}
