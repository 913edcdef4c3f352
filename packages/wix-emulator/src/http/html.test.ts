import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html } from './html.ts';

test('writes texts and numbers, leaves out what is not there, and joins lists', () => {
  const name = (value: string) => html`<b>${value}</b>`;
  expect(html`${1}${false}${null}${undefined}${'a'}${[name('b'), 'c']}`.text).toBe('1a<b>b</b>c');
});

test('keeps html made before as it is, and nothing else', () => {
  expect(html`${html`<i>a</i>`}${'<i>a</i>'}`.text).toBe('<i>a</i>&#60;i&#62;a&#60;/i&#62;');
});

test('no text opens a tag or leaves an attribute', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const written = html`${value}`.text;
      expect(written).not.toMatch(/[<>"']/);
      expect(written.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))).toBe(
        value,
      );
    }),
    { examples: [['"><script>alert(1)</script>'], ["' onfocus='x"], ['&lt;']] },
  );
});
