import { expect, test } from 'vitest';
import { accessOf, dataForm, legacyForm } from './permissions.ts';

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
