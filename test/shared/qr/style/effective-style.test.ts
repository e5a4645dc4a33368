import { validate } from '#shared/input/validate.ts';
import { Problem } from '#shared/problem.ts';
import { effectiveStyle } from '#shared/qr/style/effective-style.ts';
import { type StyleLayer, styleLayer } from '#shared/qr/style/style-layer.ts';

const LOGO_ID = '01900000-0000-7000-8000-000000000001';

/** The style of layers as they come in a request. */
const styled = (...layers: unknown[]) =>
  effectiveStyle(
    layers.map((layer) => validate(styleLayer, layer, { where: 'style', code: 'invalid_style' })),
  );

function refusal(...layers: unknown[]): Problem {
  try {
    styled(...layers);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('the style was taken');
}

test('without any layer a style is black squares on white with the standard margin', () => {
  const { style, warnings, hash } = styled();
  expect(style).toEqual({
    foreground: { mode: 'single', color: '#000000' },
    background: { mode: 'single', color: '#ffffff' },
    modules: { shape: 'square' },
    eyes: { outer: 'square', inner: 'square', color: null },
    quiet_zone: 4,
    error_correction: 'M',
    frame: { layout: 'none' },
    logo: null,
  });
  expect(warnings).toEqual([]);
  expect(hash).toBe('5735b712'.padEnd(64, hash.slice(8)));
});

test.each<[string, unknown[], unknown]>([
  ['an empty layer', [{}], {}],
  ['the defaults, spelled out', [{ foreground: { mode: 'single', color: '#000000' }, quiet_zone: 4 }], {}],
  ['capitals in a colour', [{ foreground: { color: '#0A3C6E' } }], { foreground: { color: '#0a3c6e' } }],
  ['eyes in the colour of the modules', [{ eyes: { color: '#000000' } }], {}],
  ['words of a frame that has none', [{ frame: { layout: 'none', text: 'Hi', color: '#ff0000' } }], {}],
  ['words on a border', [{ frame: { layout: 'border', text: 'Hi' } }], { frame: { layout: 'border' } }],
  [
    'our own call to action',
    [{ frame: { layout: 'badge', text: 'SCAN ME' } }],
    { frame: { layout: 'badge' } },
  ],
  [
    'words that are composed otherwise',
    [{ frame: { layout: 'badge', text: ' Cafe\u0301 ' } }],
    { frame: { layout: 'badge', text: 'Caf\u00e9' } },
  ],
  [
    'a gradient between a colour and itself',
    [{ foreground: { gradient: { from: '#112233', to: '#112233' } } }],
    { foreground: { color: '#112233' } },
  ],
  [
    'the angle of a radial gradient',
    [{ foreground: { gradient: { type: 'radial', from: '#112233', to: '#000000', angle: 30 } } }],
    { foreground: { gradient: { type: 'radial', from: '#112233', to: '#000000' } } },
  ],
  [
    'a whole turn',
    [{ foreground: { gradient: { from: '#112233', to: '#000000', angle: 360 } } }],
    { foreground: { gradient: { from: '#112233', to: '#000000', angle: 0 } } },
  ],
  [
    'error correction under a logo',
    [{ error_correction: 'L', logo: { logo_id: LOGO_ID } }],
    { error_correction: 'H', logo: { logo_id: LOGO_ID.toUpperCase() } },
  ],
  [
    'a colour under transparency',
    [{ background: { color: '#ffff00' } }, { background: { mode: 'transparent' } }],
    { background: { mode: 'transparent' } },
  ],
])('what cannot be seen makes no other style: %s', (_what, layers, same) => {
  expect(styled(...layers).style).toEqual(styled(same).style);
  expect(styled(...layers).hash).toBe(styled(same).hash);
});

test('what can be seen makes another one', () => {
  const layers: StyleLayer[] = [
    {},
    { quiet_zone: 5 },
    { error_correction: 'Q' },
    { modules: { shape: 'dots' } },
    { eyes: { outer: 'circle' } },
    { eyes: { inner: 'circle' } },
    { eyes: { color: '#000001' } },
    { foreground: { color: '#000001' } },
    { background: { mode: 'transparent' } },
    { frame: { layout: 'border' } },
    { frame: { layout: 'badge' } },
    { frame: { layout: 'badge', text: 'Scan me' } },
    { logo: { logo_id: LOGO_ID } },
    { logo: { logo_id: LOGO_ID, shape: 'circle' } },
  ];
  expect(new Set(layers.map((layer) => styled(layer).hash)).size).toBe(layers.length);
});

test('a later layer wins, member by member', () => {
  const preset = {
    foreground: { color: '#0a3c6e' },
    eyes: { outer: 'rounded', color: '#333333' },
    frame: { layout: 'cta_below', text: 'Menu', color: '#0a3c6e' },
    logo: { logo_id: LOGO_ID, scale: 0.15 },
  };
  const link = { eyes: { inner: 'circle', color: null }, frame: { text: null }, logo: { padding: 0 } };
  expect(styled(preset, link).style).toMatchObject({
    foreground: { color: '#0a3c6e' },
    eyes: { outer: 'rounded', inner: 'circle', color: null },
    frame: { layout: 'cta_below', text: 'SCAN ME', color: '#0a3c6e' },
    logo: { logo_id: LOGO_ID, scale: 0.15, padding: 0 },
  });
  expect(styled(preset, { logo: null, frame: { layout: 'none' } }).style).toMatchObject({
    frame: { layout: 'none' },
    logo: null,
    error_correction: 'M',
  });
});

test('who names a colour means to see it, whatever mode lies below', () => {
  const gradient = { foreground: { gradient: { from: '#112233', to: '#000000' } } };
  const clear = { background: { mode: 'transparent' } };
  expect(styled(gradient).style.foreground.mode).toBe('gradient');
  expect(styled(gradient, { foreground: { color: '#000000' } }).style.foreground.mode).toBe('single');
  expect(styled(clear, { background: { color: '#ffffff' } }).style.background.mode).toBe('single');
});

test.each<[layer: unknown, code: string, field: string, said: string]>([
  [{ foreground: { color: 'red;}' } }, 'invalid_style', 'foreground.color', '#rrggbb'],
  [{ foreground: { color: '#fff' } }, 'invalid_style', 'foreground.color', 'got "#fff"'],
  [{ modules: { shape: 'hearts' } }, 'invalid_style', 'modules.shape', '"square", "rounded" or "dots"'],
  [{ quiet_zone: 11 }, 'invalid_style', 'quiet_zone', 'at most 10'],
  [{ quiet_zone: 4.5 }, 'invalid_style', 'quiet_zone', 'int'],
  [{ colour: '#000000' }, 'invalid_request', 'colour', 'allowed: foreground'],
  [{ eyes: { colour: '#000000' } }, 'invalid_request', 'eyes.colour', 'allowed: outer'],
  [{ foreground: { gradient: { from: '#000000' } } }, 'invalid_style', 'foreground.gradient.to', 'missing'],
  [{ foreground: { mode: 'gradient' } }, 'invalid_style', 'foreground.gradient.from', 'missing'],
  [{ logo: { scale: 0.2 } }, 'invalid_style', 'logo.logo_id', 'missing'],
  [{ logo: { logo_id: LOGO_ID, scale: 0.31 } }, 'invalid_style', 'logo.scale', 'at most 0.3; got 0.31'],
  [{ frame: { text: 'x'.repeat(41) } }, 'invalid_style', 'frame.text', '41 characters; at most 40'],
  [{ frame: { text: ' ' } }, 'invalid_style', 'frame.text', '1 to 40'],
  [{ frame: { text: '菜单' } }, 'invalid_style', 'frame.text', 'no glyph for "菜" (U+83DC)'],
  [{ frame: { text: 'Hi 😀' } }, 'invalid_style', 'frame.text', 'no glyph for "😀" (U+1F600)'],
  [{ frame: { text: 'Hi\u0000' } }, 'invalid_style', 'frame.text', 'no glyph for U+0000'],
  [{ frame: { text: 'סרוק' } }, 'invalid_style', 'frame.text', '(U+05E1)'],
])('%j is refused: %s, %s', (layer, code, field, said) => {
  const problem = refusal(layer);
  expect([problem.code, problem.field]).toEqual([code, field]);
  expect(problem.message).toContain(said);
});

test.each<[what: string, layer: unknown, field: string, said: string]>([
  [
    'a foreground that is too light',
    { foreground: { color: '#ffcc00' } },
    'foreground.color',
    'contrast of 1.51:1',
  ],
  [
    'the lighter end of a gradient',
    { foreground: { gradient: { from: '#000000', to: '#999999' } } },
    'foreground.gradient.to',
    'contrast of 2.84:1 with the background #ffffff; 3:1 or more',
  ],
  ['eyes that are too light', { eyes: { color: '#ff9999' } }, 'eyes.color', 'contrast of 2.04:1'],
  [
    'an inverted code',
    { foreground: { color: '#ffffff' }, background: { color: '#000000' } },
    'foreground.color',
    'luminance 1.00 against 0.00',
  ],
  [
    'what a transparent code on grey would not show',
    { foreground: { color: '#777777' }, background: { mode: 'transparent' } },
    'foreground.color',
    'contrast of 2.78:1 with a light grey ground #cccccc',
  ],
  [
    'what people tell apart, but cameras hardly',
    { foreground: { color: '#680d07' }, background: { color: '#f60652' } },
    'foreground.color',
    'differ by 11 % in brightness; 25 % or more',
  ],
  [
    'a logo that hides too much',
    { logo: { logo_id: LOGO_ID, scale: 0.3, padding: 2 } },
    'logo.scale',
    'hides 100 % of what error correction H restores; at most 60 % is allowed: with this padding, a scale of 0.2',
  ],
])('%s is refused with the figure that was measured and what is allowed', (_what, layer, field, said) => {
  const problem = refusal(layer);
  expect([problem.status, problem.code, problem.field]).toEqual([422, 'invalid_style', field]);
  expect(problem.message).toContain(said);
});

test('the largest logo is taken where its padding leaves room', () => {
  expect(styled({ logo: { logo_id: LOGO_ID, scale: 0.3 } }).warnings).toEqual([]);
  expect(styled({ logo: { logo_id: LOGO_ID, scale: 0.28, padding: 1 } }).warnings).toEqual([]);
});

test.each<[code: string, layer: unknown, said: string]>([
  ['quiet_zone_small', { quiet_zone: 3 }, '3 modules wide; scanners need 4'],
  ['ink_bright', { foreground: { color: '#3a9a3a' } }, 'is 50 % as bright as its ground #ffffff; above 45 %'],
  ['background_dark', { background: { color: '#61b263' } }, '60 % as bright as white'],
  ['frame_text_faint', { frame: { layout: 'badge', color: '#ffffff', text_color: '#dddddd' } }, '1.35:1'],
])('%s is a warning, and the style is taken', (code, layer, said) => {
  const { warnings } = styled(layer);
  expect(warnings.map((warning) => warning.code)).toEqual([code]);
  expect(warnings[0]!.message).toContain(said);
});

test.each([
  [5e-324, 0],
  [12.34567, 12.346],
  [360, 360],
])('an angle of %d is kept as %d', (angle, kept) => {
  const layer = styleLayer.parse({ foreground: { gradient: { from: '#000000', to: '#101010', angle } } });
  expect(layer.foreground?.gradient?.angle).toBe(kept);
});
