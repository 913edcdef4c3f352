import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem, type ProblemCode } from './problem.ts';
import { json, noContent, parseJsonText, readJson } from './json.ts';
import { parse, readQuery } from './parse.ts';
import { z } from 'zod';

const JSON_TYPE = { 'content-type': 'application/json' };

function request(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = JSON_TYPE,
): Request {
  return new Request('https://gatehouse.example/', { method: 'POST', body, headers });
}

/** A body that arrives in these pieces. */
function inPieces(pieces: readonly Uint8Array[], headers: Record<string, string> = JSON_TYPE): Request {
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const init = { method: 'POST', body, headers, duplex: 'half' };
  return new Request('https://gatehouse.example/', init);
}

const refusedAs = (code: ProblemCode) => expect.objectContaining({ code });

describe('a body', () => {
  test('is read whatever the sizes of its pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.array(fc.nat(100)), async (value, cuts) => {
        fc.pre(!/__proto__|constructor|prototype/.test(JSON.stringify(value)));
        const bytes = Buffer.from(JSON.stringify(value));
        const at = [
          0,
          ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b),
          bytes.length,
        ];
        const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(await readJson(inPieces(pieces))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json;charset=utf-8',
    ' application/json ; x=y',
  ])('of type %j is JSON', async (type) =>
    expect(await readJson(request('{"a":1}', { 'content-type': type }))).toEqual({ a: 1 }),
  );

  test.each([
    '',
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/ld+json',
    'application/x-www-form-urlencoded',
    'application/json, text/html',
  ])('CS-02 of type %j is not, and is not looked at', async (type) => {
    const given = request('{"a":1}', type === '' ? {} : { 'content-type': type });
    await expect(readJson(given)).rejects.toEqual(refusedAs('unsupported-media-type'));
    expect(given.bodyUsed).toBe(false);
  });

  test('of no type at all is not', async () => {
    await expect(readJson(inPieces([Buffer.from('{}')], {}))).rejects.toEqual(
      refusedAs('unsupported-media-type'),
    );
  });

  test('DS-01 may be just as large as the limit, counted in bytes as they arrive', async () => {
    const exactly = Buffer.from(JSON.stringify('é'.repeat(49)));
    expect(exactly).toHaveLength(100);
    expect(await readJson(inPieces([exactly]), 100)).toBe('é'.repeat(49));
    await expect(readJson(inPieces([exactly]), 99)).rejects.toEqual(refusedAs('payload-too-large'));
    await expect(readJson(inPieces([...exactly].map((byte) => Buffer.of(byte))), 99)).rejects.toEqual(
      refusedAs('payload-too-large'),
    );
  });

  test('DS-01 that says it is too large is not read, one that lies is cut off', async () => {
    const claimed = request('{}', { ...JSON_TYPE, 'content-length': '101' });
    await expect(readJson(claimed, 100)).rejects.toEqual(refusedAs('payload-too-large'));
    expect(claimed.bodyUsed).toBe(false);

    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 10;
        controller.enqueue(Buffer.from('[[[[[[[[[['));
      },
    });
    const init = {
      method: 'POST',
      body: endless,
      headers: { ...JSON_TYPE, 'content-length': '2' },
      duplex: 'half',
    };
    const lying = new Request('https://gatehouse.example/', init);
    await expect(readJson(lying, 100)).rejects.toEqual(refusedAs('payload-too-large'));
    expect(sent).toBeLessThan(1_000);
  });

  test.each([
    '',
    ' ',
    '{',
    '{}{}',
    "{'a':1}",
    '{"a":1,}',
    'undefined',
    'NaN',
    '{"a":\u00001}',
    '\uFEFF\uFEFF{}',
  ])('of %j is no JSON', async (text) =>
    expect(readJson(request(text))).rejects.toEqual(refusedAs('invalid-request')),
  );

  test.each([
    ['a wrong continuation', [0x22, 0xc3, 0x28, 0x22]],
    ['half a character at the end', [0x22, 0x22, 0xe2, 0x82]],
    ['an overlong form', [0x22, 0xc0, 0xaf, 0x22]],
    ['half a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['no UTF-8 at all', [0xff, 0xfe, 0x22, 0x00]],
  ])('with %s is refused', async (_, bytes) => {
    await expect(readJson(request(Uint8Array.from(bytes)))).rejects.toEqual(refusedAs('invalid-request'));
  });

  test('that breaks off is refused as the sender’s fault', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from('{"a":'));
        controller.error(new Error('aborted'));
      },
    });
    const init = { method: 'POST', body, headers: JSON_TYPE, duplex: 'half' };
    await expect(readJson(new Request('https://gatehouse.example/', init))).rejects.toEqual(
      refusedAs('invalid-request'),
    );
  });
});

describe('a document', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

  test('may be 32 deep', async () => {
    expect(await readJson(request(nested(32)))).toBeDefined();
    await expect(readJson(request(nested(33)))).rejects.toEqual(refusedAs('invalid-request'));
    expect(parseJsonText(nested(32), 'filter')).toBeDefined();
    expect(() => parseJsonText(nested(33), 'filter')).toThrow(refusedAs('invalid-request'));
  });

  test('may hold 20,000 values', async () => {
    const list = (count: number) => JSON.stringify(Array(count).fill(0));
    expect(await readJson(request(list(19_999)))).toHaveLength(19_999);
    await expect(readJson(request(list(20_000)))).rejects.toEqual(refusedAs('invalid-request'));
  });

  test.each(['__proto__', 'constructor', 'prototype'])(
    'AZ-11 %s is no key, wherever it stands',
    async (key) => {
      for (const text of [
        `{"${key}":1}`,
        `[{"a":{"${key}":{}}}]`,
        `{"\\u005f_proto__":1,"${key}":{"x":1}}`,
      ]) {
        await expect(readJson(request(text))).rejects.toEqual(refusedAs('invalid-request'));
        expect(() => parseJsonText(text, 'filter')).toThrow(refusedAs('invalid-request'));
      }
      expect(await readJson(request(`{"a":"${key}"}`))).toEqual({ a: key });
      expect({}).not.toHaveProperty('x');
    },
  );
});

describe('an answer', () => {
  test('is never kept by a cache, whatever else it says', async () => {
    const response = json({ a: 1 }, { status: 201, headers: { location: '/x', 'cache-control': 'public' } });
    expect(response.status).toBe(201);
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/json',
      location: '/x',
    });
    expect(await response.json()).toEqual({ a: 1 });
  });

  test('that says nothing has no body', async () => {
    const response = noContent();
    expect([response.status, await response.text(), response.headers.get('cache-control')]).toEqual([
      204,
      '',
      'no-store',
    ]);
  });
});

describe('a query string', () => {
  const read = (search: string) => ({ ...readQuery(new URL(`https://gatehouse.example/?${search}`)) });

  test('is read as single values', () => {
    expect(read('a=1&b=&c=x%20y+z')).toEqual({ a: '1', b: '', c: 'x y z' });
  });

  test.each(['a=1&a=2', 'a=1&a=1', 'a&a', 'a=1&%61=2', 'a=1&b=2&a=3'])('AZ-40 %s says a twice', (search) => {
    expect(() => read(search)).toThrow(
      expect.objectContaining({ errors: [{ path: 'a', message: 'is given twice' }] }),
    );
  });

  test.each(['__proto__', 'constructor', 'toString'])(
    'AZ-11 %s is a key like any other, so it is unknown',
    (key) => {
      const query = readQuery(new URL(`https://gatehouse.example/?${key}=x`));
      expect(Object.keys(query)).toEqual([key]);
      expect(() => parse(z.strictObject({}), query)).toThrow(
        expect.objectContaining({ errors: [{ path: key, message: 'is not known here' }] }),
      );
    },
  );
});

describe('parsing', () => {
  const schema = z.strictObject({ a: z.strictObject({ b: z.number() }), c: z.string().optional() });

  test('gives one entry per fault, with its path', () => {
    try {
      parse(schema, { a: { b: 'x', d: 1, e: 2 }, f: 3 });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Problem);
      expect((error as Problem).errors).toEqual([
        { path: 'a.b', message: expect.any(String) },
        { path: 'a.d', message: 'is not known here' },
        { path: 'a.e', message: 'is not known here' },
        { path: 'f', message: 'is not known here' },
      ]);
    }
  });

  test('an address that cannot exist is as missing as one where nothing is', () => {
    expect(() => parse(schema, {}, 'not-found')).toThrow(
      expect.objectContaining({ code: 'not-found', errors: undefined }),
    );
  });
});
