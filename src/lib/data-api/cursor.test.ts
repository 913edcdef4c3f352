import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { keyring, provideSecrets } from '../store/keyring.ts';
import { openCursor, sealCursor, type CursorScope } from './cursor.ts';

const withKey = (byte: number) => provideSecrets(keyring(Buffer.alloc(32, byte)));

beforeAll(() => withKey(1));

const scope: CursorScope = {
  memberId: '1815',
  collection: 'SITConnections',
  query: { sort: 'name', limit: 20 },
};
const refused = expect.objectContaining({
  code: 'invalid-request',
  errors: [{ path: 'cursor', message: 'does not belong to this query' }],
});

const position = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0 || 0),
    fc.boolean(),
    fc.constant(null),
    fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
  ),
);

test('a position comes back as it was, in a text that is safe in an address', () => {
  fc.assert(
    fc.property(position, (values) => {
      fc.pre(values.every((value) => typeof value !== 'string' || value.isWellFormed()));
      const cursor = sealCursor(values, scope);
      expect(cursor).toMatch(/^[\w-]+\.[\w-]+$/);
      expect(openCursor(cursor, scope)).toEqual(values);
    }),
  );
});

describe('AZ-25 a cursor is refused', () => {
  test.each([
    ['another member', { ...scope, memberId: '1906' }],
    ['a visitor', { ...scope, memberId: null }],
    ['another collection', { ...scope, collection: 'Announcements' }],
    ['another order', { ...scope, query: { sort: '-name', limit: 20 } }],
    ['another limit', { ...scope, query: { sort: 'name', limit: 21 } }],
    ['a filter added', { ...scope, query: { sort: 'name', limit: 20, filter: '{}' } }],
    ['no query', { ...scope, query: {} }],
  ])('to %s', (_, other) => {
    expect(() => openCursor(sealCursor(['x'], scope), other)).toThrow(refused);
  });

  test('with any bit changed', () => {
    const cursor = sealCursor(['x', 1], scope);
    const parts = cursor.split('.');
    for (const [index, part] of parts.entries()) {
      const bytes = Buffer.from(part, 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const forged = parts.with(index, changed.toString('base64url')).join('.');
        expect(() => openCursor(forged, scope)).toThrow(refused);
      }
    }
  });

  test('in another spelling of the same bytes', () => {
    const cursor = sealCursor(['x', 1], scope);
    for (const forged of [
      `${cursor}=`,
      `${cursor} `,
      ` ${cursor}`,
      `${cursor}.`,
      cursor.replace('.', '=.'),
      `${cursor}\n`,
    ]) {
      expect(() => openCursor(forged, scope)).toThrow(refused);
    }
  });

  test.each(['', '.', 'x', 'x.y', '..', 'W10.', '.W10', 'null', '{}', '=.='])('made up as %j', (text) => {
    expect(() => openCursor(text, scope)).toThrow(refused);
  });

  test('sealed with another key', () => {
    withKey(2);
    const foreign = sealCursor(['x'], scope);
    withKey(1);
    expect(() => openCursor(foreign, scope)).toThrow(refused);
  });
});
