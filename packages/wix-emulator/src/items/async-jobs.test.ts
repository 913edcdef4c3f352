import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { Site } from '../site.ts';
import type { JobRequest } from './async-jobs.ts';

const uncaught = vi.fn();
beforeEach(() => void process.on('uncaughtException', uncaught));
afterEach(() => {
  process.off('uncaughtException', uncaught);
  expect(uncaught).not.toHaveBeenCalled();
});

function open(): Site {
  const site = new Site({ data: ':memory:', app: undefined, clock: Date.now, accessTokenSeconds: undefined });
  onTestFinished(() => {
    site.jobs.stop();
    site.store.close();
  });
  site.collections.create({ id: 'Notes', fields: [], permissions: { read: 'ANYONE' } });
  return site;
}

const request: JobRequest = {
  collectionId: 'Notes',
  filter: {},
  writer: { id: 'somebody', ownRowsOnly: false, mayChangeOwner: false },
  change: { remove: true },
};

/** A job that cannot be worked on: its request is no JSON by the time its turn comes. */
function startBroken(site: Site): string {
  const id = site.jobs.start(request);
  site.store.run('UPDATE async_jobs SET request = ? WHERE id = ?', 'no JSON', id);
  return id;
}

const statusOf = (site: Site, id: string) =>
  site.store.get<{ status: string }>('SELECT status FROM async_jobs WHERE id = ?', id)?.status;

test('a job that stumbles while the file is busy is noted as failed later', async () => {
  const site = open();
  const id = startBroken(site);
  const run = vi.spyOn(site.store, 'run').mockImplementationOnce(() => {
    throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
  });
  await vi.waitFor(() => expect(statusOf(site, id)).toBe('FAILED'));
  expect(run).toHaveBeenCalledTimes(2);
});

test('a job that cannot even be noted as failed is left to the next start', async () => {
  const site = open();
  site.store.exec(
    "CREATE TRIGGER damage BEFORE UPDATE OF status ON async_jobs BEGIN SELECT RAISE(ABORT, 'damaged'); END",
  );
  const id = startBroken(site);
  const run = vi.spyOn(site.store, 'run');
  await vi.waitFor(() => expect(run).toHaveBeenCalled());
  expect(statusOf(site, id)).toBe('INITIALIZED');
  site.store.exec('DROP TRIGGER damage');
  site.jobs.resume();
  await vi.waitFor(() => expect(statusOf(site, id)).toBe('FAILED'));
});
