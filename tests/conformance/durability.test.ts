import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createWixEmulator } from '../../packages/wix-emulator/src/index.ts';
import type { WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import {
  ada,
  alan,
  app,
  asApp,
  asMember,
  asVisitor,
  authorizeUrl,
  callback,
  demoSeed,
  failureOf,
  grace,
  openCollection,
  sendFetchTo,
  sessionTokenOf,
} from './support.ts';

const notes = () => ({
  _id: 'Notes',
  fields: [{ key: 'title', type: 'TEXT' as const }],
  permissions: { read: 'ANYONE', insert: 'ADMIN', update: 'ADMIN', remove: 'ADMIN' } as const,
});

/** A data file, and a way to end one emulator on it and begin another. */
async function restartableWix() {
  const folder = mkdtempSync(join(tmpdir(), 'wix-emulator-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const data = join(folder, 'site.sqlite');
  let wix: WixEmulator | undefined;
  const restart = async (seed = demoSeed) => {
    wix?.close();
    wix = await createWixEmulator({ data, app, seed });
    sendFetchTo(wix);
    return wix;
  };
  onTestFinished(() => wix?.close());
  return { restart, wix: await restart(), data };
}

describe('a restart keeps', () => {
  test('what was written, and seeds nothing again', async () => {
    const { restart } = await restartableWix();
    const client = asApp();
    await client.items.remove('SITConnections', 'ada-babbage');
    await client.items.insert('SITConnections', { _id: 'new', memberEmail: ada.email });
    await client.collections.createDataCollection(notes());
    await restart();
    expect(await asApp().items.get('SITConnections', 'ada-babbage')).toBeNull();
    expect(await asApp().items.get('SITConnections', 'new')).toMatchObject({ memberEmail: ada.email });
    expect((await asVisitor().items.query('Notes').find()).length).toBe(0);
  });

  test('tokens, of access and of refresh', async () => {
    const { restart } = await restartableWix();
    const client = await asMember(ada);
    await restart();
    expect((await client.members.getCurrentMember()).member?._id).toBe(ada.id);
    expect((await client.auth.renewToken(client.auth.getTokens().refreshToken)).refreshToken.role).toBe(
      'member',
    );
  });

  test('a login halfway through', async () => {
    const { restart } = await restartableWix();
    const client = asVisitor();
    const sessionToken = await sessionTokenOf(client, ada);
    await restart();
    const oauthData = client.auth.generateOAuthData(callback);
    const answer = await fetch(await authorizeUrl(client, oauthData, sessionToken), { redirect: 'manual' });
    const { code, state } = client.auth.parseFromUrl(answer.headers.get('location') ?? '', 'query');
    await restart();
    expect((await client.auth.getMemberTokens(code, state, oauthData)).refreshToken.role).toBe('member');
  });

  test('blocked members blocked, settings set and mails sent', async () => {
    const { wix, restart } = await restartableWix();
    wix.members.setStatus(grace.id, 'BLOCKED');
    wix.settings.set({ emailVerification: true });
    expect(await asVisitor().auth.login(alan)).toMatchObject({ loginState: 'EMAIL_VERIFICATION_REQUIRED' });
    const again = await restart();
    expect(again.members.find(grace.email)?.status).toBe('BLOCKED');
    expect(again.settings.get()).toMatchObject({ emailVerification: true, ownerApproval: false });
    expect(again.outbox).toMatchObject([{ to: alan.email }]);
  });

  test('unique indexes unique, and arrays known as arrays', async () => {
    const { restart } = await restartableWix();
    const client = asApp();
    await client.items.insert('Announcements', { _id: 'x', tags: ['a'] });
    await client.indexes.createIndex('Announcements', {
      name: 'u',
      unique: true,
      fields: [{ path: 'title', order: 'ASC' }],
    });
    await restart();
    expect((await asVisitor().items.query('Announcements').eq('tags', 'a').find()).length).toBe(1);
    await asApp().items.insert('Announcements', { title: 'once' });
    const failure = await failureOf(() => asApp().items.insert('Announcements', { title: 'once' }));
    expect(failure.details?.applicationError?.code).toBe('WDE0123');
  });
});

describe('reset', () => {
  test('starts from the seed again, and no old token works', async () => {
    const { wix } = await restartableWix();
    const client = await asMember(ada);
    await asApp().items.insert('SITConnections', { _id: 'new' });
    await asApp().collections.createDataCollection(notes());
    wix.settings.set({ ownerApproval: true });
    await wix.reset();
    expect(wix.calls).toEqual([]);
    expect(wix.settings.get().ownerApproval).toBe(false);
    expect(await failureOf(() => client.members.getCurrentMember())).toMatchObject({ status: 401 });
    expect(
      (await failureOf(() => client.auth.renewToken(client.auth.getTokens().refreshToken))).message,
    ).toContain('invalid_grant');
    expect(await asApp().items.get('SITConnections', 'new')).toBeNull();
    expect((await failureOf(() => asVisitor().items.query('Notes').find())).message).toContain('WDE0025');
    expect(
      (await asApp().items.query('SITConnections').eq('memberEmail', ada.email).find()).length,
    ).toBeGreaterThanOrEqual(3);
  });

  test('never shows the site empty, and is one of two when asked for twice at once', async () => {
    const { wix } = await restartableWix();
    const resets = [wix.reset(), wix.reset()];
    expect(wix.members.find(ada.email)).toBeDefined();
    await Promise.all(resets);
    expect(wix.members.find(ada.email)).toBeDefined();
  });

  test('keeps its seed when somebody takes an address of it meanwhile', async () => {
    const { wix } = await restartableWix();
    wix.members.remove(ada.email);
    const over = wix.reset();
    await wix.seed({ members: [{ id: randomUUID(), loginEmail: ada.email }] });
    await over;
    expect(wix.members.find(ada.email)?.id).toBe(ada.id);
    expect((await asApp().items.query('SITConnections').find()).length).toBeGreaterThan(0);
  });
});

describe('seed', () => {
  test('adds to what is there, all or nothing', async () => {
    const { wix } = await restartableWix();
    await wix.seed({ collections: [openCollection('More', [{ _id: 'x' }])] });
    expect((await asVisitor().items.query('More').find()).length).toBe(1);
    const broken = { collections: [openCollection('Fine', [{ _id: 'x' }]), openCollection('More')] };
    await expect(wix.seed(broken)).rejects.toThrow('WDE0104');
    expect((await failureOf(() => asVisitor().items.query('Fine').find())).message).toContain('WDE0025');
  });

  test('is planted once, however many open the empty file together', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wix-emulator-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const data = join(folder, 'site.sqlite');
    const opened = await Promise.all(
      Array.from({ length: 3 }, () => createWixEmulator({ data, app, seed: demoSeed })),
    );
    for (const wix of opened) expect(wix.members.find(ada.email)?.id).toBe(ada.id);
    for (const wix of opened) wix.close();
  });
});
