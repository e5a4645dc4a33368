import { eyesPath } from '#shared/qr/drawing/eye-paths.ts';
import { openRenderer } from '#shared/qr/open-renderer.fs.ts';
import { effectiveStyle } from '#shared/qr/style/effective-style.ts';
import { EYE_SHAPES } from '#shared/qr/style/style-layer.ts';
import { misread } from '#test/support/qr/readers.ts';
import { seen } from '#test/support/qr/views.ts';

const { renderer, rasterize } = await openRenderer();

const PAIRS = EYE_SHAPES.flatMap((outer) => EYE_SHAPES.map((inner) => ({ outer, inner })));
/** Texts and sizes at which scanners took other modules for eyes and alignment patterns that were drawn as they come. */
const CASES = [
  ['square', 'https://links.some-longer-company.example.com/spring-launch-2026-newsletter?nr=qr', 333],
  ['square', 'https://go.example.com/aB0001?nr=qr', 333],
  ['dots', 'https://a.io/abc?nr=qr', 512],
] as const;

test.each(PAIRS)('scanners find eyes of every pair of shapes: $inner in $outer', async (eyes) => {
  for (const [shape, text, size] of CASES) {
    const style = effectiveStyle([{ modules: { shape }, eyes }]);
    const png = renderer.render({ text, style, size, format: 'png' });
    expect(await misread(seen(rasterize, png, size), text)).toEqual([]);
  }
});

test.each(PAIRS)('the edges of $inner in $outer lie on whole pixels', (eyes) => {
  for (const scale of [4, 6, 7, 10, 13, 31]) {
    const [pupil] = eyesPath(eyes, 29, scale)
      .match(/M[^M]*/g)!
      .slice(2);
    const { left, width } = extentOf(pupil!);
    for (const edge of [left * scale, (left + width) * scale]) {
      expect(Math.abs(edge - Math.round(edge))).toBeLessThan(0.05);
    }
  }
});

/** The left edge of an outline of M, h, v, c and z that begins on its upper edge, and its width. */
function extentOf(path: string): { left: number; width: number } {
  let [x, least, most] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [, command, list] of path.matchAll(/([Mhvc])([^Mhvcz]*)/g)) {
    const numbers = list!.trim().split(/[ ,]+/).map(Number);
    if (command === 'M') x = numbers[0]!;
    if (command === 'h') x += numbers[0]!;
    if (command === 'c') x += numbers[4]!;
    least = Math.min(least, x);
    most = Math.max(most, x);
  }
  return { left: least, width: most - least };
}

test('below 4 pixels a module eyes are squares, and below 6 a pupil has the shape of its ring', () => {
  const like = (outer: 'square' | 'circle') => ({ outer, inner: outer });
  expect(eyesPath({ outer: 'circle', inner: 'rounded' }, 29, 3)).toBe(eyesPath(like('square'), 29, 3));
  expect(eyesPath({ outer: 'circle', inner: 'square' }, 29, 5)).toBe(eyesPath(like('circle'), 29, 5));
  expect(eyesPath({ outer: 'circle', inner: 'square' }, 29, 6)).not.toBe(eyesPath(like('circle'), 29, 6));
});
