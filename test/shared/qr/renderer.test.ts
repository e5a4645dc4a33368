import { Problem } from '#shared/problem.ts';
import { leastSize } from '#shared/qr/drawing/code-layout.ts';
import { openRenderer } from '#shared/qr/open-renderer.fs.ts';
import type { CodeRequest } from '#shared/qr/renderer.ts';
import { type EffectiveStyle, effectiveStyle } from '#shared/qr/style/effective-style.ts';
import { type StyleLayer, styleLayer } from '#shared/qr/style/style-layer.ts';
import { styledSymbol } from '#shared/qr/symbol/styled-symbol.ts';
import { LOGO_ID, logos } from '#test/support/qr/logos.ts';
import { misread } from '#test/support/qr/readers.ts';
import { afterJpeg, type Ground, seen } from '#test/support/qr/views.ts';

const { renderer, rasterize } = await openRenderer();
const [logo] = logos(rasterize);
const other = (await openRenderer()).renderer;

const styled = (layer: StyleLayer): EffectiveStyle => effectiveStyle([styleLayer.parse(layer)]);

const URLS = {
  short: 'https://a.io/abc?nr=qr',
  usual: 'https://go.example.com/aB0001?nr=qr',
  long: 'https://links.some-longer-company.example.com/spring-launch-2026-newsletter?nr=qr',
  longest: `https://${'a'.repeat(63)}.${'b'.repeat(63)}.example.com/${'c'.repeat(64)}?nr=qr`,
};

const STYLES: Record<string, StyleLayer> = {
  plain: {},
  transparent: { background: { mode: 'transparent' } },
  rounded: { modules: { shape: 'rounded' }, eyes: { outer: 'rounded', inner: 'rounded' } },
  dots: {
    modules: { shape: 'dots' },
    eyes: { outer: 'circle', inner: 'circle' },
    foreground: { color: '#0a3c6e' },
  },
  'with everything': {
    modules: { shape: 'rounded' },
    eyes: { outer: 'rounded', inner: 'circle' },
    foreground: { gradient: { from: '#0a143c', to: '#7a1fa2' } },
    frame: { layout: 'cta_below', color: '#0a143c' },
    logo: { logo_id: LOGO_ID, scale: 0.22, shape: 'circle' },
  },
  'a badge around dots': {
    modules: { shape: 'dots' },
    foreground: { gradient: { type: 'radial', from: '#b00020', to: '#101010' } },
    eyes: { outer: 'circle', inner: 'rounded', color: '#004d40' },
    frame: { layout: 'badge', color: '#004d40', text: 'Σάρωσέ με' },
  },
  'a transparent border': {
    background: { mode: 'transparent' },
    modules: { shape: 'rounded' },
    foreground: { color: '#0d47a1' },
    frame: { layout: 'border', color: '#0d47a1' },
  },
  'a call above': {
    background: { color: '#fff8e1' },
    foreground: { gradient: { from: '#0a143c', to: '#7a1fa2', angle: 0 } },
    frame: { layout: 'cta_above', color: '#ffd54f', text_color: '#222222', text: 'Отсканируй меня' },
    logo: { logo_id: LOGO_ID, scale: 0.3, padding: 0 },
  },
};

const request = (style: EffectiveStyle, text: string, size: number): CodeRequest => ({
  text,
  style,
  size,
  format: 'png',
  logo,
});

const groundsOf = ({ style }: EffectiveStyle): Ground[] =>
  style.background.mode === 'transparent' ? ['#ffffff', '#cccccc', 'checkered'] : ['#ffffff'];

// Every size at every length takes the decoders minutes: `QR_MATRIX=full`.
const SIZES = process.env.QR_MATRIX === 'full' ? [128, 200, 256, 333, 512, 1_024, 2_048] : [128, 256];

test.each(Object.keys(STYLES))(
  'decoders that are not ours read %s at every size and length',
  async (name) => {
    const style = styled(STYLES[name]!);
    const failures: string[] = [];
    for (const [length, text] of Object.entries(URLS)) {
      const least = leastSize(styledSymbol(text, style.style).side, style.style);
      const sizes = length === 'usual' ? [...SIZES, 400] : SIZES;
      for (const size of new Set(sizes.map((wanted) => Math.max(wanted, least)))) {
        const png = renderer.render(request(style, text, size));
        for (const ground of groundsOf(style)) {
          const wrong = await misread(seen(rasterize, png, size, { ground }), text);
          failures.push(...wrong.map((reader) => `${reader}: ${length} at ${size} on ${ground}`));
        }
      }
    }
    expect(failures).toEqual([]);
  },
);

test.each(Object.keys(STYLES))(
  'they read %s out of focus, after a JPEG of quality 50, and turned',
  async (name) => {
    const style = styled(STYLES[name]!);
    const size = 320;
    const png = renderer.render(request(style, URLS.usual, size));
    expect(await misread(seen(rasterize, png, size, { blur: 0.8 }), URLS.usual)).toEqual([]);
    expect(await misread(afterJpeg(seen(rasterize, png, size), 50), URLS.usual)).toEqual([]);
    expect(await misread(seen(rasterize, png, size, { degrees: 7 }), URLS.usual)).toEqual([]);
  },
);

test.each([
  ['plain', 2_048],
  ['with everything', 1_024],
] as const)('they read %s at %i pixels, as large as people print it', async (name, size) => {
  const png = renderer.render(request(styled(STYLES[name]!), URLS.usual, size));
  expect(await misread(seen(rasterize, png, size), URLS.usual)).toEqual([]);
});

/** How much two pictures differ where they do most, and on average, in steps of 255, on white. */
function difference(a: Uint8Array, b: Uint8Array) {
  let [sum, large] = [0, 0];
  for (let n = 0; n < a.length; n += 1) {
    const step = Math.abs(a[n]! - b[n]!);
    sum += step;
    if (step > 48) large += 1;
  }
  return { mean: sum / a.length, large: large / a.length };
}

test.each(Object.keys(STYLES))('%s is the same picture as PNG and as SVG', (name) => {
  const style = styled(STYLES[name]!);
  for (const size of [150, 300]) {
    const least = leastSize(styledSymbol(URLS.usual, style.style).side, style.style);
    const wanted = request(style, URLS.usual, Math.max(size, least));
    const png = renderer.render(wanted);
    const svg = renderer.render({ ...wanted, format: 'svg' }).toString();
    const onWhite = (markup: string) =>
      rasterize(markup.replace(/(<svg[^>]*>)/, '$1<rect width="100%" height="100%" fill="#fff"/>')).rgba;
    const { mean, large } = difference(seen(rasterize, png, wanted.size).rgba, onWhite(svg));
    expect(mean).toBeLessThan(1.5);
    expect(large).toBeLessThan(0.002);
  }
});

test.each(['plain', 'with everything'])(
  'the same request gives the same bytes, whoever draws it: %s',
  (name) => {
    for (const format of ['png', 'svg'] as const) {
      const wanted = { ...request(styled(STYLES[name]!), URLS.usual, 300), format };
      const first = renderer.render(wanted);
      renderer.render({ ...wanted, text: URLS.long });
      expect(renderer.render(wanted)).toEqual(first);
      expect(other.render(wanted)).toEqual(first);
    }
  },
);

test('an SVG refers to nothing outside and runs nothing', () => {
  for (const layer of Object.values(STYLES)) {
    const wanted: CodeRequest = { ...request(styled(layer), URLS.usual, 512), format: 'svg' };
    const svg = renderer.render(wanted).toString();
    expect(svg).not.toMatch(/<(script|style|text|foreignObject|use|a|animate)\b|\son\w+=|@import|<!/i);
    const links = [...svg.matchAll(/(?:href|src)="([^"]{0,40})|url\(([^)]*)\)/g)].map(
      ([, href, url]) => href ?? url,
    );
    expect(links.filter((link) => !/^(data:image\/png;base64,|#qr-)/.test(link!))).toEqual([]);
    const names = [...svg.matchAll(/xmlns(?::\w+)?="([^"]+)"/g)].map(([, name]) => name);
    expect(names).toEqual(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']);
    expect(svg.replaceAll(/xmlns(:\w+)?="[^"]+"/g, '')).not.toMatch(/https?:/);
    if (styled(layer).style.logo !== null) expect(svg).toMatch(/ href="data:.* xlink:href="data:/);
  }
});

test('a size that leaves less than 2 pixels a module is refused with the least that does, frame and margin included', () => {
  const style = styled({ frame: { layout: 'cta_below' }, quiet_zone: 10 });
  const wanted = request(style, URLS.long, 128);
  let problem: unknown;
  try {
    renderer.render(wanted);
  } catch (error) {
    problem = error;
  }
  expect(problem).toBeInstanceOf(Problem);
  const { details, message, status } = problem as Problem;
  const least = details.least_size as number;
  expect(status).toBe(422);
  expect(message).toContain(`${least} pixels do`);
  expect(() => renderer.render({ ...wanted, size: least - 1 })).toThrow(Problem);
  expect(renderer.render({ ...wanted, size: least }).readUInt32BE(16)).toBe(least);
});

test('a style with a logo is not drawn without its picture', () => {
  const wanted = request(styled({ logo: { logo_id: LOGO_ID } }), URLS.usual, 512);
  expect(() => renderer.render({ ...wanted, logo: undefined })).toThrow(LOGO_ID);
});
