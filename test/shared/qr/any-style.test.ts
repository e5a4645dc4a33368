import fc from 'fast-check';
import { codeWarnings } from '#shared/qr/code-warnings.ts';
import { codeLayout, leastSize, SIZES } from '#shared/qr/drawing/code-layout.ts';
import { openRenderer } from '#shared/qr/open-renderer.fs.ts';
import { type EffectiveStyle, effectiveStyle } from '#shared/qr/style/effective-style.ts';
import {
  ERROR_CORRECTIONS,
  EYE_SHAPES,
  FRAME_LAYOUTS,
  LOGO_SHAPES,
  MAX_QUIET_ZONE,
  MODULE_SHAPES,
  type StyleLayer,
  styleLayer,
} from '#shared/qr/style/style-layer.ts';
import { styledSymbol } from '#shared/qr/symbol/styled-symbol.ts';
import { LOGO_ID, logos } from '#test/support/qr/logos.ts';
import { READERS } from '#test/support/qr/readers.ts';
import { afterJpeg, seen } from '#test/support/qr/views.ts';
import { SEED } from '#test/support/seeds.ts';

const { renderer, rasterize } = await openRenderer();
const LOGOS = logos(rasterize);

const colourOf = (parts: { min: number; max: number }) =>
  fc
    .tuple(fc.integer(parts), fc.integer(parts), fc.integer(parts))
    .map(([red, green, blue]) => `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, '0')}`);

const colour = colourOf({ min: 0, max: 255 });
/** Mostly what is taken, and beyond it on either side. */
const dark = colourOf({ min: 0, max: 150 });
const light = colourOf({ min: 170, max: 255 });
const sometimes = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const layers = fc.record({
  foreground: fc.oneof(
    fc.record({ color: dark }),
    fc.record({
      gradient: fc.record({
        type: fc.constantFrom('linear' as const, 'radial' as const),
        from: dark,
        to: dark,
        angle: fc.integer({ min: 0, max: 360 }),
      }),
    }),
  ),
  background: fc.oneof(
    fc.constant({ mode: 'transparent' as const }),
    fc.record({ color: fc.oneof(fc.constant('#ffffff'), light) }),
  ),
  modules: fc.record({ shape: fc.constantFrom(...MODULE_SHAPES) }),
  eyes: fc.record({
    outer: fc.constantFrom(...EYE_SHAPES),
    inner: fc.constantFrom(...EYE_SHAPES),
    color: sometimes(dark),
  }),
  quiet_zone: fc.integer({ min: 4, max: 10 }),
  error_correction: fc.constantFrom(...ERROR_CORRECTIONS),
  frame: fc.record({
    layout: fc.constantFrom(...FRAME_LAYOUTS),
    color: colour,
    text_color: colour,
    text: fc.constantFrom('Hi', 'Scan me now please', 'Σάρωσέ με', 'ABCDEFGHIJ KLMNOPQRST UVWXYZABCD EFGHIJ'),
  }),
  logo: sometimes(
    fc.record({
      logo_id: fc.constant(LOGO_ID),
      scale: fc.integer({ min: 10, max: 30 }).map((hundredths) => hundredths / 100),
      padding: fc.constantFrom(0, 0.5, 1, 2),
      shape: fc.constantFrom(...LOGO_SHAPES),
    }),
  ),
});

/** The style of layers when it is taken without a warning that bears on scanning. */
function takenStyle(layer: unknown): EffectiveStyle | undefined {
  try {
    const style = effectiveStyle([styleLayer.parse(layer) as StyleLayer]);
    return style.warnings.every(({ code }) => code === 'frame_text_faint') ? style : undefined;
  } catch {
    return undefined;
  }
}

const styles = layers.map(takenStyle).filter((style) => style !== undefined);

const texts = fc
  .tuple(
    fc.stringMatching(/^[a-z][a-z0-9-]{2,30}[a-z]\.(io|com|example)$/),
    fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{3,10}$/), fc.stringMatching(/^[A-Za-z0-9_-]{11,64}$/)),
  )
  .map(([host, slug]) => `https://${host}/${slug}?nr=qr`);

/** `QR_MATRIX=full` looks at 2,000 styles, and `SEED=17` at others. */
const full = process.env.QR_MATRIX === 'full';
const options = { seed: SEED ?? 1, numRuns: full ? 2_000 : 30, endOnFailure: true };

test('whatever style is taken without a warning, decoders that are not ours read its codes', async () => {
  const cases = fc.record({
    style: styles,
    text: texts,
    size: fc.integer({ min: 128, max: 420 }),
    logo: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ style, text, size: wanted, logo }) => {
      fc.pre(!codeWarnings(text, style).some(({ code }) => code === 'logo_over_alignment'));
      const { side } = styledSymbol(text, style.style);
      const size = Math.max(wanted, leastSize(side, style.style));
      const png = renderer.render({ text, style, size, format: 'png', logo: LOGOS[logo % LOGOS.length] });
      const transparent = style.style.background.mode === 'transparent';
      const grounds = transparent ? (['#ffffff', '#cccccc', 'checkered'] as const) : (['#ffffff'] as const);
      const views = grounds.map((ground) => seen(rasterize, png, size, { ground }));
      if (codeLayout(side, style.style, size).scale >= 4) {
        views.push(seen(rasterize, png, size, { blur: 0.8 }), afterJpeg(views[0]!, 50));
        views.push(seen(rasterize, png, size, { degrees: 7 }));
      }
      for (const view of views) {
        expect(await READERS.jsQR(view)).toBe(text);
        expect(await READERS.ZXing(view)).toBe(text);
      }
    }),
    options,
  );
});

test('whatever the style, modules are whole pixels within exactly the size that was asked for', () => {
  const cases = fc.record({
    quiet_zone: fc.integer({ min: 0, max: MAX_QUIET_ZONE }),
    layout: fc.constantFrom(...FRAME_LAYOUTS),
    version: fc.integer({ min: 1, max: 40 }),
    size: fc.integer({ min: SIZES.least, max: SIZES.most }),
  });
  fc.assert(
    fc.property(cases, ({ quiet_zone, layout, version, size }) => {
      const { style } = effectiveStyle([{ quiet_zone, frame: { layout } }]);
      const side = 17 + 4 * version;
      const least = leastSize(side, style);
      fc.pre(size >= least);
      const { scale, x, y, frame } = codeLayout(side, style, size);
      const margin = quiet_zone * scale;
      expect([scale, x, y].every(Number.isInteger)).toBe(true);
      expect(scale).toBeGreaterThanOrEqual(2);
      // Code and quiet zone lie within the frame's window.
      const { window } = frame;
      expect(x - margin).toBeGreaterThanOrEqual(window.x);
      expect(y - margin).toBeGreaterThanOrEqual(window.y);
      expect(x + side * scale + margin).toBeLessThanOrEqual(window.x + window.width);
      expect(y + side * scale + margin).toBeLessThanOrEqual(window.y + window.height);
    }),
    { seed: options.seed, numRuns: 1_000 },
  );
});
