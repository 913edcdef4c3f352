import { describe, expect, test } from 'vitest';
import { accessOf, changedAccess, dataForm, legacyForm } from './permissions.ts';

test('what nobody names is the owner’s', () => {
  expect(accessOf()).toEqual({ read: 'ADMIN', insert: 'ADMIN', update: 'ADMIN', remove: 'ADMIN' });
});

test('the newer model decides where both speak', () => {
  expect(accessOf({ read: 'ANYONE', insert: 'SITE_MEMBER' }, { itemRead: 'CMS_EDITOR' })).toEqual({
    read: 'CMS_EDITOR',
    insert: 'SITE_MEMBER',
    update: 'ADMIN',
    remove: 'ADMIN',
  });
});

test('each model can tell what the other said', () => {
  const access = accessOf(
    { insert: 'SITE_MEMBER_AUTHOR', update: 'ADMIN' },
    { itemRead: 'ANYONE', itemRemove: 'CMS_EDITOR' },
  );
  expect(legacyForm(access)).toEqual({
    read: 'ANYONE',
    insert: 'SITE_MEMBER_AUTHOR',
    update: 'ADMIN',
    remove: 'ADMIN',
  });
  expect(dataForm(access)).toEqual({
    itemRead: 'ANYONE',
    itemInsert: 'SITE_MEMBER_AUTHOR',
    itemUpdate: 'PRIVILEGED',
    itemRemove: 'CMS_EDITOR',
  });
});

describe('a change', () => {
  const known = accessOf({ read: 'ANYONE', insert: 'SITE_MEMBER' }, { itemUpdate: 'CMS_EDITOR' });

  test('of nothing leaves everything, whatever model it was read in', () => {
    expect(changedAccess(known)).toEqual(known);
    const same = changedAccess(known, legacyForm(known), dataForm(known));
    expect(dataForm(same)).toEqual(dataForm(known));
  });

  test.each([
    ['the older model', { ...legacyForm(known), read: 'ADMIN' as const }, dataForm(known)],
    ['the newer model', legacyForm(known), { ...dataForm(known), itemRead: 'PRIVILEGED' as const }],
    ['one role of the older model', { read: 'ADMIN' as const }, undefined],
  ])('of %s is taken, beside what was left alone', (_, permissions, dataPermissions) => {
    expect(dataForm(changedAccess(known, permissions, dataPermissions))).toEqual({
      ...dataForm(known),
      itemRead: 'PRIVILEGED',
    });
  });

  test('of both goes by the newer one', () => {
    const changed = changedAccess(known, { read: 'SITE_MEMBER' }, { itemRead: 'SITE_MEMBER_AUTHOR' });
    expect(changed.read).toBe('SITE_MEMBER_AUTHOR');
  });
});
