import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Site } from './site.ts';

test.each(['siteId', 'accountId', 'userId'] as const)(
  'two processes that begin at once share one %s',
  (id) => {
    const folder = mkdtempSync(join(tmpdir(), 'wix-emulator-'));
    const options = { app: undefined, clock: Date.now, accessTokenSeconds: undefined };
    const data = join(folder, 'site.sqlite');
    const [one, other] = [new Site({ data, ...options }), new Site({ data, ...options })];
    onTestFinished(() => {
      one.store.close();
      other.store.close();
      rmSync(folder, { recursive: true });
    });
    const made: string[] = [];
    vi.spyOn(one.store, 'readValue').mockImplementationOnce(() => {
      // Nothing is there yet, and the other one is quicker.
      made.push(other[id]());
      return undefined;
    });
    made.push(one[id](), other[id]());
    expect(made).toHaveLength(3);
    expect(new Set(made).size).toBe(1);
  },
);
