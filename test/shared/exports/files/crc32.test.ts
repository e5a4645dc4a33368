import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { combineCrc32, crc32Hex } from '#shared/exports/files/crc32.ts';

test('the CRC of two pieces is that of both together', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (a, b) => {
      expect(combineCrc32(crc32(a), crc32(b), b.length)).toBe(crc32(Buffer.concat([a, b])));
    }),
  );
});

test('a piece beyond 4 GiB counts with its whole length', () => {
  // x to the power 2^32 by squaring 32 times, and once more by the long way round.
  const twice = (bytes: number) => combineCrc32(combineCrc32(1, 0, bytes), 0, bytes);
  expect(combineCrc32(1, 0, 2 ** 33)).toBe(twice(2 ** 32));
});

test('is written as eight digits', () => {
  expect([crc32Hex(0), crc32Hex(0xab), crc32Hex(0xffffffff)]).toEqual(['00000000', '000000ab', 'ffffffff']);
});
