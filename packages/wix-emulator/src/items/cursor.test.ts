import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { Store } from '../store/store.ts';
import { readCursor, writeCursor } from './cursor.ts';

test('two processes that begin at once read each other’s cursors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wix-emulator-'));
  const [one, other] = [new Store(join(folder, 'site.sqlite')), new Store(join(folder, 'site.sqlite'))];
  onTestFinished(() => {
    one.close();
    other.close();
    rmSync(folder, { recursive: true });
  });
  const content = { collection: 'Notes' };
  const cursors: string[] = [];
  vi.spyOn(one, 'readValue').mockImplementationOnce(() => {
    // Nothing is there yet, and the other one is quicker.
    cursors.push(writeCursor(other, content));
    return undefined;
  });
  const schema = z.object({ collection: z.string() });
  cursors.push(writeCursor(one, content), writeCursor(other, content));
  expect(cursors).toHaveLength(3);
  for (const store of [one, other]) {
    for (const cursor of cursors) expect(readCursor(store, cursor, schema, 'Notes')).toEqual(content);
  }
});
