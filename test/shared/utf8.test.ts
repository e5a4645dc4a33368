import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cutUtf8, utf8Bytes } from '#shared/utf8.ts';

const texts = fc.string({ unit: 'grapheme', maxLength: 40 });

test.each([
  ['', 0],
  ['ASCII', 5],
  ['é', 2],
  ['€', 3],
  ['😀', 4],
  ['\ud83d', 3],
])('%j takes %d bytes', (text, bytes) => {
  expect(utf8Bytes(text)).toBe(bytes);
});

test.each([
  ['abc', 2, 'ab'],
  ['aé', 2, 'a'],
  ['a€b', 4, 'a€'],
  ['a😀', 4, 'a'],
  ['a😀', 5, 'a😀'],
  ['a', 0, ''],
])('%j cut at %d bytes is %j', (text, maxBytes, cut) => {
  expect(cutUtf8(text, maxBytes)).toBe(cut);
});

test('a cut is the longest beginning of whole characters that fits', () => {
  fc.assert(
    fc.property(texts, fc.nat(60), (text, maxBytes) => {
      const cut = cutUtf8(text, maxBytes);
      const [next = ''] = text.slice(cut.length);
      expect(text.startsWith(cut)).toBe(true);
      expect(utf8Bytes(cut)).toBeLessThanOrEqual(maxBytes);
      expect(next === '' || utf8Bytes(cut + next) > maxBytes).toBe(true);
      expect(cut.isWellFormed()).toBe(true);
    }),
  );
});
