import { frameBoxes } from '#shared/qr/drawing/frame-boxes.ts';
import { fittedWords } from '#shared/qr/drawing/words.ts';
import type { Typeface } from '#shared/qr/typeface/typeface.ts';

/** Letters as wide as half their em; an outline that tells its place. */
const typeface: Typeface = {
  capHeight: 0.7,
  has: () => true,
  width: (text) => 0.5 * text.length,
  outline: (text, { x, baseline, size }) =>
    `[${text} ${x.toFixed(1)} ${baseline.toFixed(1)} ${size.toFixed(1)}]`,
};
const box = { x: 10, y: 100, width: 300, height: 60 };

test('few words stand in the middle of their box in one line', () => {
  expect(fittedWords('MENU', box, typeface)).toEqual({ path: '[MENU 130.0 140.5 30.0]', width: 60 });
});

test('many break where the halves are most alike, and are as large as they then can be', () => {
  const { path, width } = fittedWords('AAAA BBBB CCCC DDDD EEEE FFFF GGGG', box, typeface);
  expect(path).toMatch(/^\[AAAA BBBB CCCC( DDDD)? .*\]\[(DDDD )?EEEE FFFF GGGG .*\]$/);
  expect(width).toBeLessThanOrEqual(0.9 * box.width);
});

test('one word that cannot break is smaller', () => {
  const { path, width } = fittedWords('W'.repeat(40), box, typeface);
  expect(width).toBeCloseTo(0.9 * box.width);
  expect(path.match(/\[/g)).toHaveLength(1);
});

test.each(['cta_below', 'cta_above', 'badge'] as const)(
  'the words of %s stand within the picture, apart from the code',
  (layout) => {
    for (const size of [128, 333, 2_048]) {
      const { words } = frameBoxes(layout, size);
      expect(words!.x).toBeGreaterThanOrEqual(0);
      expect(words!.y).toBeGreaterThanOrEqual(0);
      expect(words!.x + words!.width).toBeLessThanOrEqual(size);
      expect(words!.y + words!.height).toBeLessThanOrEqual(size);
    }
  },
);
