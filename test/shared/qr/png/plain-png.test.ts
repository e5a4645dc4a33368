import { codeLayout } from '#shared/qr/drawing/code-layout.ts';
import { openRenderer } from '#shared/qr/open-renderer.fs.ts';
import { isPlain, plainPng } from '#shared/qr/png/plain-png.ts';
import { effectiveStyle } from '#shared/qr/style/effective-style.ts';
import type { StyleLayer } from '#shared/qr/style/style-layer.ts';
import { qrSymbol } from '#shared/qr/symbol/qr-symbol.ts';

const { rasterize } = await openRenderer();

/** The pixels of a PNG, by a decoder that is not ours. */
function pixelsOf(png: Uint8Array, size: number): Uint8Array {
  const image = `<image width="${size}" height="${size}" href="data:image/png;base64,${Buffer.from(png).toString('base64')}"/>`;
  return rasterize(`<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">${image}</svg>`)
    .rgba;
}

test.each<[layer: StyleLayer, ink: number[], ground: number[]]>([
  [{}, [0, 0, 0, 255], [255, 255, 255, 255]],
  [
    { foreground: { color: '#0a3c6e' }, background: { mode: 'transparent' } },
    [10, 60, 110, 255],
    [0, 0, 0, 0],
  ],
  [
    { foreground: { color: '#102030' }, background: { color: '#fff8e1' } },
    [16, 32, 48, 255],
    [255, 248, 225, 255],
  ],
])('every pixel of %j is that of its module, at sizes that fit and that do not', (layer, ink, ground) => {
  const { style } = effectiveStyle([layer]);
  for (const [text, size] of [
    ['https://a.io/abc?nr=qr', 128],
    ['https://go.example.com/aB0001?nr=qr', 257],
    [`https://links.example.com/${'x'.repeat(60)}?nr=qr`, 300],
  ] as const) {
    const symbol = qrSymbol(text, 'M');
    const layout = codeLayout(symbol.side, style, size);
    const pixels = pixelsOf(plainPng(symbol, layout, style), size);
    expect(pixels).toHaveLength(4 * size * size);
    let wrong = 0;
    for (let y = 0; y < size; y += 1) {
      for (let x = 0; x < size; x += 1) {
        const [column, row] = [
          Math.floor((x - layout.x) / layout.scale),
          Math.floor((y - layout.y) / layout.scale),
        ];
        const inside = column >= 0 && row >= 0 && column < symbol.side && row < symbol.side;
        const expected = inside && symbol.dark[row * symbol.side + column] === 1 ? ink : ground;
        const at = 4 * (y * size + x);
        // Of what is transparent the colour does not matter.
        if (expected[3] === 0 ? pixels[at + 3] !== 0 : expected.some((part, n) => pixels[at + n] !== part))
          wrong += 1;
      }
    }
    expect(wrong).toBe(0);
  }
});

test('a plain code of 1,024 pixels is smaller than 2 kB, whatever its URL', () => {
  const { style } = effectiveStyle([]);
  for (let n = 0; n < 50; n += 1) {
    const symbol = qrSymbol(`https://go.example.com/aB${n.toString(36).padStart(4, 'x')}?nr=qr`, 'M');
    expect(plainPng(symbol, codeLayout(symbol.side, style, 1_024), style).length).toBeLessThan(2_000);
  }
});

test('a style with a second colour or another shape is not plain', () => {
  const layers: StyleLayer[] = [
    { modules: { shape: 'dots' } },
    { eyes: { outer: 'circle' } },
    { eyes: { inner: 'rounded' } },
    { eyes: { color: '#333333' } },
    { foreground: { gradient: { from: '#000000', to: '#333333' } } },
    { frame: { layout: 'border' } },
    { logo: { logo_id: '01900000-0000-7000-8000-000000000001' } },
  ];
  expect(layers.map((layer) => isPlain(effectiveStyle([layer]).style))).toEqual(layers.map(() => false));
  expect(isPlain(effectiveStyle([{ background: { mode: 'transparent' }, quiet_zone: 2 }]).style)).toBe(true);
});
