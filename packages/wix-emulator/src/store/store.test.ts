import { expect, onTestFinished, test } from 'vitest';
import { Store } from './store.ts';

function open(): Store {
  const store = new Store(':memory:');
  onTestFinished(() => store.close());
  return store;
}

test('a write is all or nothing', () => {
  const store = open();
  expect(() =>
    store.write(() => {
      store.writeValue('a', 1);
      throw new Error('halfway');
    }),
  ).toThrow('halfway');
  expect(store.readValue('a')).toBeUndefined();
});

test('a write inside a write belongs to it', () => {
  const store = open();
  expect(() =>
    store.write(() => {
      store.write(() => store.writeValue('a', 1));
      throw new Error('later');
    }),
  ).toThrow('later');
  expect(store.holdsNothing()).toBe(true);
});

test('an attempt inside a write is undone alone', () => {
  const store = open();
  store.write(() => {
    store.writeValue('a', 1);
    expect(() =>
      store.attempt(() => {
        store.writeValue('b', 2);
        throw new Error('refused');
      }),
    ).toThrow('refused');
    expect(store.attempt(() => store.run("DELETE FROM meta WHERE key = 'none'"))).toBe(0);
  });
  expect([store.readValue('a'), store.readValue('b')]).toEqual([1, undefined]);
});

test('every write shows in the count, also one that was undone', () => {
  const store = open();
  const counts = [store.writes];
  store.writeValue('a', 1);
  counts.push(store.writes);
  store.get('SELECT 1');
  expect(store.writes).toBe(counts.at(-1));
  expect(() =>
    store.write(() => {
      throw new Error('nothing');
    }),
  ).toThrow('nothing');
  counts.push(store.writes);
  expect(new Set(counts).size).toBe(3);
});

test('more texts than are kept prepared still work', () => {
  const store = open();
  for (let round = 0; round < 2; round += 1) {
    for (let n = 0; n < 600; n += 1) expect(store.get(`SELECT ${n} AS n`)).toEqual({ n });
  }
});

test('clearing takes everything, indexes of items included', () => {
  const store = open();
  store.writeValue('a', 1);
  store.exec('CREATE INDEX own_1_id ON items (id) WHERE collection = 1');
  store.clear();
  expect(store.holdsNothing()).toBe(true);
  expect(store.all("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'items'")).toEqual([]);
});
