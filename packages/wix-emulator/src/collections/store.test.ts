import { expect, onTestFinished, test } from 'vitest';
import { Store } from '../store/store.ts';
import { Collections } from './store.ts';

const permissions = { read: 'ANYONE' } as const;

test('a site has a thousand collections at most', () => {
  const store = new Store(':memory:');
  onTestFinished(() => store.close());
  store.write(() => {
    for (let n = 1; n < 1000; n += 1) {
      const definition = {
        id: `C${n}`,
        fields: [],
        permissions,
        revision: '1',
        createdDate: '',
        updatedDate: '',
      };
      store.run(
        'INSERT INTO collections (id, definition) VALUES (?, ?)',
        definition.id,
        JSON.stringify(definition),
      );
    }
  });
  const collections = new Collections(store, Date.now);
  expect(collections.create({ id: 'Last', fields: [], permissions })).toMatchObject({ id: 'Last' });
  expect(() => collections.create({ id: 'More', fields: [], permissions })).toThrow('WDE0080');
  expect(collections.all()).toHaveLength(1000);
});

test('permissions of a file written before both models were kept as one still hold', () => {
  const store = new Store(':memory:');
  onTestFinished(() => store.close());
  const definition = { id: 'C', fields: [], permissions, revision: '1', createdDate: '', updatedDate: '' };
  store.run('INSERT INTO collections (id, definition) VALUES (?, ?)', 'C', JSON.stringify(definition));
  const collections = new Collections(store, Date.now);
  expect(collections.require('C').access).toMatchObject({ read: 'ANYONE', insert: 'ADMIN' });
  const changed = collections.change('C', undefined, () => ({ displayName: 'D' }));
  expect(changed.access).toMatchObject({ read: 'ANYONE', insert: 'ADMIN' });
});
