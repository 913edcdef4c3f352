import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createWixEmulator } from '../../packages/wix-emulator/src/index.ts';
import type { Seed, WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import {
  ada,
  app,
  appToken,
  asApp,
  asMember,
  asVisitor,
  failureOf,
  grace,
  openCollection,
  send,
  sendFetchTo,
  startWix,
} from './support.ts';

const members = [ada, grace].map(({ id, email, password }) => ({ id, loginEmail: email, password }));

/** More than one transaction changes at a time. */
const many = Array.from({ length: 350 }, (_, n) => ({ _id: `i${n}`, n, even: n % 2 === 0 }));

const withNotes = (items: Record<string, unknown>[] = many, settings: object = {}) =>
  startWix({ seed: { collections: [{ ...openCollection('Notes', items), ...settings }], members } });

type Client = Pick<ReturnType<typeof asApp>, 'items'>;

/** Waits until a job is over. */
async function ended({ items }: Client, jobId: string) {
  return vi.waitFor(async () => {
    const job = await items.getAsyncJobStatus(jobId);
    expect(job.status).toMatch(/SUCCEEDED|FAILED/);
    return job;
  });
}

const set = (fieldPath: string, value: unknown) => ({ action: 'SET_FIELD' as const, fieldPath, value });

const codeOf = async (call: () => Promise<unknown>) =>
  (await failureOf(call)).details?.applicationError?.code;

describe('asyncPatchByFilter', () => {
  test('changes every item the filter matches, and no other', async () => {
    await withNotes();
    const client = asVisitor();
    const { jobId } = await client.items.asyncPatchByFilter('Notes', { even: true }, [
      set('seen', true),
      { action: 'INCREMENT_FIELD', fieldPath: 'n', value: 1_000 },
    ]);
    expect(await ended(client, jobId)).toEqual({ status: 'SUCCEEDED', successCount: 175 });
    expect(await client.items.query('Notes').eq('seen', true).count()).toBe(175);
    expect(await client.items.get('Notes', 'i2')).toMatchObject({ n: 1_002 });
    const odd = await client.items.get('Notes', 'i1');
    expect(odd).toMatchObject({ n: 1 });
    expect(odd).not.toHaveProperty('seen');
  });

  test('changes each item once, also those that still match afterwards', async () => {
    await withNotes();
    const client = asVisitor();
    const { jobId } = await client.items.asyncPatchByFilter('Notes', {}, [
      { action: 'INCREMENT_FIELD', fieldPath: 'n', value: 1 },
    ]);
    expect(await ended(client, jobId)).toEqual({ status: 'SUCCEEDED', successCount: 350 });
    const { items } = await client.items.query('Notes').limit(1_000).find();
    expect(items.every(({ _id, n }) => _id === `i${(n as number) - 1}`)).toBe(true);
  });

  test('begins after it was answered', async () => {
    await withNotes();
    const client = asVisitor();
    const { jobId } = await client.items.asyncPatchByFilter('Notes', {}, [set('seen', true)]);
    expect(await client.items.getAsyncJobStatus(jobId)).toMatchObject({
      status: expect.stringMatching(/INITIALIZED|PROCESSING/),
    });
    await ended(client, jobId);
  });

  test('an item that cannot be changed is left alone, and the job has failed', async () => {
    await withNotes([{ _id: 'a', n: 1 }, { _id: 'b', n: 'text' }, { _id: 'c' }]);
    const client = asVisitor();
    const { jobId } = await client.items.asyncPatchByFilter('Notes', {}, [
      set('seen', true),
      { action: 'INCREMENT_FIELD', fieldPath: 'n', value: 1 },
    ]);
    expect(await ended(client, jobId)).toEqual({ status: 'FAILED', successCount: 2 });
    expect(await client.items.get('Notes', 'b')).not.toHaveProperty('seen');
  });

  test('nothing that matches is a success', async () => {
    await withNotes();
    const client = asVisitor();
    const { jobId } = await client.items.asyncPatchByFilter('Notes', { n: -1 }, [set('seen', true)]);
    expect(await ended(client, jobId)).toEqual({ status: 'SUCCEEDED', successCount: 0 });
  });

  test.each([
    ['a filter that makes no sense', { n: { $odd: 1 } }, [set('a', 1)]],
    ['a field that cannot be changed', {}, [set('_id', 'x')]],
    ['a path that is none', {}, [set("a'b", 1)]],
  ])('%s is refused at once', async (_, filter, modifications) => {
    await withNotes();
    expect(await codeOf(() => asVisitor().items.asyncPatchByFilter('Notes', filter, modifications))).toBe(
      'WDE0080',
    );
  });

  test('a missing collection is WDE0025', async () => {
    await withNotes();
    expect(await codeOf(() => asVisitor().items.asyncPatchByFilter('No', {}, [set('a', 1)]))).toBe('WDE0025');
  });

  test('without permission it does not begin, and authors change their own items only', async () => {
    const items = [
      { _id: 'hers', _owner: ada.id },
      { _id: 'foreign', _owner: grace.id },
    ];
    const permissions = { read: 'ANYONE', insert: 'ADMIN', update: 'SITE_MEMBER_AUTHOR', remove: 'ADMIN' };
    await withNotes(items, { permissions });
    expect(await codeOf(() => asVisitor().items.asyncPatchByFilter('Notes', {}, [set('a', 1)]))).toBe(
      'WDE0027',
    );
    const client = await asMember(ada);
    const { jobId } = await client.items.asyncPatchByFilter('Notes', {}, [set('a', 1)]);
    expect(await ended(client, jobId)).toEqual({ status: 'SUCCEEDED', successCount: 1 });
    expect(await client.items.get('Notes', 'foreign')).not.toHaveProperty('a');
  });

  test('lets other requests have their turn', async () => {
    await withNotes(Array.from({ length: 3_000 }, (_, n) => ({ _id: `i${n}` })));
    const client = asVisitor();
    const { jobId } = await client.items.asyncPatchByFilter('Notes', {}, [set('seen', true)]);
    const seen = new Set<number>();
    await vi.waitFor(
      async () => {
        const { status, successCount } = await client.items.getAsyncJobStatus(jobId);
        seen.add(successCount ?? -1);
        expect(status).toBe('SUCCEEDED');
      },
      { interval: 1, timeout: 10_000 },
    );
    expect(seen.size).toBeGreaterThan(2);
  });
});

describe('asyncRemoveByFilter', () => {
  test('removes every item the filter matches, and no other', async () => {
    await withNotes();
    const client = asVisitor();
    const { jobId } = await client.items.asyncRemoveByFilter('Notes', { even: true });
    expect(await ended(client, jobId)).toEqual({ status: 'SUCCEEDED', successCount: 175 });
    expect(await client.items.query('Notes').count()).toBe(175);
    expect(await client.items.query('Notes').eq('even', true).count()).toBe(0);
  });

  test('without a condition removes everything', async () => {
    await withNotes();
    const client = asVisitor();
    const { jobId } = await client.items.asyncRemoveByFilter('Notes', client.items.filter());
    expect(await ended(client, jobId)).toEqual({ status: 'SUCCEEDED', successCount: 350 });
    expect(await client.items.query('Notes').count()).toBe(0);
  });

  test('a filter that makes no sense, or a missing collection, is refused at once', async () => {
    await withNotes();
    const { items } = asVisitor();
    expect(await codeOf(() => items.asyncRemoveByFilter('Notes', { n: { $odd: 1 } }))).toBe('WDE0080');
    expect(await codeOf(() => items.asyncRemoveByFilter('No', {}))).toBe('WDE0025');
    expect(await items.query('Notes').count()).toBe(350);
  });

  test('without permission it does not begin, and authors remove their own items only', async () => {
    const items = [
      { _id: 'hers', _owner: ada.id },
      { _id: 'foreign', _owner: grace.id },
    ];
    const permissions = { read: 'ANYONE', insert: 'ADMIN', update: 'ADMIN', remove: 'SITE_MEMBER_AUTHOR' };
    await withNotes(items, { permissions });
    expect(await codeOf(() => asVisitor().items.asyncRemoveByFilter('Notes', {}))).toBe('WDE0027');
    const client = await asMember(ada);
    const { jobId } = await client.items.asyncRemoveByFilter('Notes', {});
    expect(await ended(client, jobId)).toEqual({ status: 'SUCCEEDED', successCount: 1 });
    expect(await client.items.get('Notes', 'foreign')).not.toBeNull();
  });

  test('a collection that goes meanwhile fails the job', async () => {
    await withNotes(Array.from({ length: 5_000 }, (_, n) => ({ _id: `i${n}` })));
    const client = asApp();
    const { jobId } = await client.items.asyncRemoveByFilter('Notes', {});
    await client.collections.deleteDataCollection('Notes');
    const { status, successCount } = await ended(client, jobId);
    expect(status).toBe('FAILED');
    expect(successCount).toBeLessThan(5_000);
  });
});

describe('getAsyncJobStatus', () => {
  test('is for whoever began the job, and for apps', async () => {
    await withNotes();
    const client = await asMember(ada);
    const { jobId } = await client.items.asyncRemoveByFilter('Notes', {});
    expect(await ended(client, jobId)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await ended(asApp(), jobId)).toMatchObject({ status: 'SUCCEEDED' });
    for (const stranger of [await asMember(grace), asVisitor()]) {
      expect(await codeOf(() => stranger.items.getAsyncJobStatus(jobId))).toBe('NOT_FOUND');
    }
  });

  test('of a job that is none is not found', async () => {
    await withNotes();
    expect(await codeOf(() => asApp().items.getAsyncJobStatus('no-job'))).toBe('NOT_FOUND');
  });
});

describe('a job survives', () => {
  /** A data file, and a way to end one emulator on it and begin another. */
  async function restartable(seed: Seed) {
    const folder = mkdtempSync(join(tmpdir(), 'wix-emulator-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    let wix: WixEmulator | undefined;
    const restart = async () => {
      wix?.close();
      wix = await createWixEmulator({ data: join(folder, 'site.sqlite'), app, seed });
      sendFetchTo(wix);
      return wix;
    };
    onTestFinished(() => wix?.close());
    await restart();
    return restart;
  }

  test('a restart in its middle, and changes no item twice', async () => {
    const items = Array.from({ length: 1_500 }, (_, n) => ({ _id: `i${n}`, n: 0 }));
    const restart = await restartable({ collections: [openCollection('Notes', items)] });
    const client = asApp();
    const { jobId } = await client.items.asyncPatchByFilter('Notes', {}, [
      { action: 'INCREMENT_FIELD', fieldPath: 'n', value: 1 },
    ]);
    const counts: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      counts.push((await client.items.getAsyncJobStatus(jobId)).successCount ?? 0);
      await restart();
    }
    expect(await ended(asApp(), jobId)).toEqual({ status: 'SUCCEEDED', successCount: 1_500 });
    expect(counts[0]).toBeLessThan(1_500);
    expect(await asApp().items.query('Notes').ne('n', 1).count()).toBe(0);
  });

  test('a reset does not: it is gone with everything else', async () => {
    const wix = await withNotes();
    const { jobId } = await asApp().items.asyncRemoveByFilter('Notes', {});
    await wix.reset();
    expect(await codeOf(() => asApp().items.getAsyncJobStatus(jobId))).toBe('NOT_FOUND');
    expect(await asApp().items.query('Notes').count()).toBe(350);
  });
});

test.each([
  ['async-patch-by-filter', { filter: {}, fieldModifications: [] }],
  ['async-patch-by-filter', { filter: {} }],
  ['async-remove-by-filter', { filter: [] }],
  ['async-remove-by-filter', { filter: {}, surprise: 1 }],
])('%s that makes no sense is a validation error', async (path, body) => {
  const wix = await withNotes();
  const answer = await send(wix, 'POST', `/wix-data/v2/bulk/items/${path}`, {
    token: await appToken(wix),
    body: { dataCollectionId: 'Notes', ...body },
  });
  expect(answer.status).toBe(400);
});
