/**
 * Whether a word is what was sought but for typos, or begins with it: Wix's search finds "apple" for "applf" and for
 * "app". https://dev.wix.com/docs/velo/apis/wix-search/wix-search-builder/fuzzy
 *
 * Typos are letters put in, left out or changed: none in a word of one or two, one in up to five, two in longer ones.
 */
export function isNear(word: string, sought: string): boolean {
  if (word.startsWith(sought)) return true;
  const allowed = typosIn(sought.length);
  if (Math.abs(word.length - sought.length) > allowed) return false;
  return distance(word, sought) <= allowed;
}

function typosIn(length: number): number {
  if (length <= 2) return 0;
  return length <= 5 ? 1 : 2;
}

/** Levenshtein's, a row of the table at a time. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const changed = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(changed, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
