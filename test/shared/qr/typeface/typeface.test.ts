import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openRenderer } from '#shared/qr/open-renderer.fs.ts';
import { RENDERER_FILES } from '#shared/qr/renderer-files.ts';
import { readTypeface } from '#shared/qr/typeface/typeface.ts';

const bytes = readFileSync(createRequire(import.meta.url).resolve(RENDERER_FILES.typeface));
const typeface = readTypeface(bytes);
const { rasterize } = await openRenderer();

/** How much of a picture a text covers, 0 to 1, drawn as an outline of ours. */
function covered(text: string): { share: number; left: number; right: number } {
  const [width, height, size] = [400, 120, 80];
  const path = typeface.outline(text, { x: 20, baseline: 90, size });
  const { rgba } = rasterize(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><path d="${path}"/></svg>`,
  );
  let [sum, left, right] = [0, width, 0];
  for (let n = 0; n < width * height; n += 1) {
    const alpha = rgba[4 * n + 3]!;
    sum += alpha;
    if (alpha < 128) continue;
    left = Math.min(left, n % width);
    right = Math.max(right, n % width);
  }
  return { share: sum / 255 / width / height, left, right };
}

test.each(['SCAN ME', 'Größe', 'Σάρωσέ', 'Меню', 'ằ€№'])('%s is drawn as wide as it says', (text) => {
  const { share, left, right } = covered(text);
  expect(share).toBeGreaterThan(0.02);
  expect(left).toBeGreaterThanOrEqual(18);
  expect(Math.abs(right - 20 - typeface.width(text) * 80)).toBeLessThan(12);
});

test('a letter with a hole has a hole, and one made of two has both', () => {
  // By the nonzero rule the counter of an O runs against its outline.
  expect(covered('O').share).toBeLessThan(covered('●').share);
  expect(covered('é').share).toBeGreaterThan(covered('e').share);
});

test('a space is as wide as it is, and draws nothing', () => {
  expect(typeface.outline(' ', { x: 0, baseline: 0, size: 10 })).toBe('');
  expect(typeface.width('a b')).toBeGreaterThan(typeface.width('ab'));
  expect(typeface.has('漢')).toBe(false);
});

test('a font without outlines of this kind is refused with what it lacks', () => {
  const other = Buffer.from(bytes);
  other.write('gone', other.indexOf('glyf'), 'latin1');
  expect(() => readTypeface(other)).toThrow('lacks the tables glyf');
});
