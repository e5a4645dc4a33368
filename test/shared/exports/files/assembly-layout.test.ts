import fc from 'fast-check';
import { layOutParts } from '#shared/exports/files/assembly-layout.ts';

const sizes = { minPartBytes: 10, maxPartBytes: 100 };

test('a joined file has every byte of every segment once and in order, in parts that S3 takes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 260 }), { maxLength: 12 }), (segmentBytes) => {
      const parts = layOutParts(segmentBytes, sizes);
      const pieces = parts.flatMap((part) => part.pieces);
      const at = pieces.values();
      for (const [segment, bytes] of segmentBytes.entries()) {
        for (let read = 0; read < bytes; ) {
          const piece = at.next().value!;
          expect(piece).toMatchObject({ object: segment, from: read });
          read = piece.to;
        }
      }
      expect(at.next().done).toBe(true);
      for (const [n, part] of parts.entries()) {
        const bytes = part.pieces.reduce((sum, { from, to }) => sum + to - from, 0);
        if (n < parts.length - 1) expect(bytes).toBeGreaterThanOrEqual(10);
        expect(bytes).toBeLessThanOrEqual(100);
        if (part.copied) expect(part.pieces).toHaveLength(1);
      }
    }),
    { numRuns: 500 },
  );
});

test('large segments are copied whole', () => {
  expect(layOutParts([50, 60], sizes)).toEqual([
    { pieces: [{ object: 0, from: 0, to: 50 }], copied: true },
    { pieces: [{ object: 1, from: 0, to: 60 }], copied: true },
  ]);
});

test('a short segment is filled up from the next one, which is copied for the rest', () => {
  expect(layOutParts([4, 60], sizes)).toEqual([
    {
      pieces: [
        { object: 0, from: 0, to: 4 },
        { object: 1, from: 0, to: 6 },
      ],
      copied: false,
    },
    { pieces: [{ object: 1, from: 6, to: 60 }], copied: true },
  ]);
});

test('nothing to join is one part without bytes: an upload without parts cannot be completed', () => {
  const nothing = [{ pieces: [], copied: false }];
  expect(layOutParts([], sizes)).toEqual(nothing);
  expect(layOutParts([0, 0], sizes)).toEqual(nothing);
});
