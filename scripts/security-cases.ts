import { glob, readFile } from 'node:fs/promises';

/** A case of docs/security.md, such as `AZ-01`. */
const CASE = /\b(?:AU|SE|AZ|CS|SR|JW|AD|DS|RL|ID|FA|SU)-\d{2}\b/g;

const TESTS = '{src,server,scripts,packages,tests}/**/*.{test,spec,contract}.ts';

/** More would hide the best one. */
const SHOWN = 3;

/** Which files hold tests that name a case: the id stands in a text of theirs, and not only in a comment. */
export async function testsByCase(): Promise<ReadonlyMap<string, readonly string[]>> {
  const files: string[] = [];
  const ignored = new Set(['node_modules', 'dist']);
  for await (const file of glob(TESTS, { exclude: (name) => ignored.has(name) })) files.push(file);
  const found = new Map<string, string[]>();
  for (const file of files.toSorted(byWeight)) {
    const lines = (await readFile(file, 'utf8'))
      .split('\n')
      .filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line));
    const named = lines.flatMap((line) => /['"`].*/.exec(line)?.[0].match(CASE) ?? []);
    const ids = new Set(named);
    for (const id of ids) found.set(id, [...(found.get(id) ?? []), file]);
  }
  return found;
}

/** Tests as a stranger on the network first. */
function byWeight(one: string, other: string): number {
  const weight = (file: string) => (file.startsWith('tests/') ? 0 : 1);
  return weight(one) - weight(other) || (one < other ? -1 : 1);
}

/** The page with its last column as it should be; a row's other columns stay. */
export async function securityTable(page: string): Promise<string> {
  const tests = await testsByCase();
  return page.replaceAll(
    /^(\| ([A-Z]{2}-\d{2}) +\|(?:[^|\n\\]|\\.)*\|)[^|\n]*\|$/gm,
    (_, kept: string, id: string) => {
      const files = tests.get(id) ?? [];
      const links = files.slice(0, SHOWN).map((file) => `[${nameOf(file)}](../${file})`);
      const more = files.length > SHOWN ? [`${files.length - SHOWN} more`] : [];
      return `${kept} ${[...links, ...more].join(', ') || '—'} |`;
    },
  );
}

function nameOf(file: string): string {
  return (file.split('/').at(-1) ?? file).replace(/\.(?:test|spec|contract)\.ts$/, '');
}
