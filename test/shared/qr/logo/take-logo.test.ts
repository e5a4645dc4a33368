import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import jpeg from 'jpeg-js';
import { Problem } from '#shared/problem.ts';
import { MAX_LOGO_BYTES } from '#shared/qr/logo/inspect-image.ts';
import { takeLogo } from '#shared/qr/logo/take-logo.ts';
import { openRenderer } from '#shared/qr/open-renderer.fs.ts';
import { chunk, rgbaPng } from '#shared/qr/png/png-file.ts';
import type { Pixels } from '#shared/qr/png/rasterizer.ts';

const { rasterize } = await openRenderer();

const drawn = (side: number): Pixels =>
  rasterize(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="100%" height="100%" fill="#3366cc"/><circle cx="50%" cy="50%" r="30%" fill="#ffcc00"/></svg>`,
  );
const png = (side: number): Buffer => rgbaPng(side, side, drawn(side).rgba);
const jpegOf = ({ width, height, rgba }: Pixels): Buffer =>
  jpeg.encode({ width, height, data: rgba }, 90).data;

const SIGNATURE = png(1).subarray(0, 8);
const END = chunk('IEND', Buffer.alloc(0));

/** @param depth  bits of a value @param colourType  2 for RGB, 0 for grey */
function header(width: number, height: number, depth = 8, colourType = 2): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colourType], 8);
  return chunk('IHDR', data);
}

const zeros = (bytes: number): Buffer => chunk('IDAT', deflateSync(Buffer.alloc(bytes)));

function refusal(bytes: Uint8Array): Problem {
  try {
    takeLogo(bytes, rasterize);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('the logo was taken');
}

const COSTLY: [what: string, bytes: Buffer, said: string][] = [
  [
    'a PNG of 20,000 × 20,000 pixels',
    Buffer.concat([SIGNATURE, header(20_000, 20_000, 1, 0), zeros(1_000_000), END]),
    '20000 × 20000 pixels; at most 4194304',
  ],
  [
    'a small PNG that unpacks to a hundred megabytes',
    Buffer.concat([SIGNATURE, header(16, 16), zeros(100_000_000), END]),
    'more than the 784 bytes that 16 × 16 pixels have',
  ],
  ['too many bytes', Buffer.alloc(MAX_LOGO_BYTES + 1, 0x89), '1048577 bytes; at most 1048576'],
  ['a JPEG of a thousand scans', scans(1_000), 'more than 32 scans'],
];

/** The JPEG of a few pixels whose only scan is there so many times. */
function scans(count: number): Buffer {
  const whole = jpegOf(drawn(8));
  const from = whole.indexOf(Buffer.from([0xff, 0xda]));
  const scan = whole.subarray(from, whole.length - 2);
  return Buffer.concat([whole.subarray(0, from), ...new Array<Buffer>(count).fill(scan), whole.subarray(-2)]);
}

test.each(COSTLY)('%s is refused before it costs anything', (_what, bytes, said) => {
  const before = process.memoryUsage().rss;
  const startedAt = performance.now();
  const problem = refusal(bytes);
  expect(performance.now() - startedAt).toBeLessThan(250);
  expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1024 ** 2);
  expect([problem.status, problem.code, problem.field]).toEqual([422, 'invalid_style', 'logo']);
  expect(problem.message).toContain(said);
});

const whole = png(32);
const photo = jpegOf(drawn(32));
const animated = Buffer.concat([SIGNATURE, header(1, 1), chunk('acTL', Buffer.alloc(8)), zeros(4), END]);

test.each<[what: string, bytes: Uint8Array, said: string]>([
  ['nothing', Buffer.alloc(0), 'empty'],
  ['a text', Buffer.from('logo.png'), 'no image that is known; PNG and JPEG are taken'],
  ['an SVG with a script', Buffer.from('<svg onload="alert(1)"/>'), 'SVG, XML or HTML'],
  ['an SVG behind a byte order mark', Buffer.from('\ufeff  <?xml version="1.0"?><svg/>'), 'SVG, XML or HTML'],
  ['an animated WebP', Buffer.from('RIFF\u0020\u0000\u0000\u0000WEBPVP8X\u0002'), 'WebP'],
  ['a GIF', Buffer.from('GIF89a\u0001\u0000\u0001\u0000'), 'GIF'],
  ['an AVIF', Buffer.from('\u0000\u0000\u0000\u001cftypavif'), 'AVIF'],
  ['an animated PNG', animated, 'animated'],
  ['a PNG with a page behind it', Buffer.concat([whole, Buffer.from('<script>')]), '8 bytes follow its end'],
  ['a JPEG with an archive behind it', Buffer.concat([photo, Buffer.from('PK')]), '2 bytes follow its end'],
  ['a PNG cut off', whole.subarray(0, -6), 'cut off after'],
  ['a JPEG cut off', photo.subarray(0, -2), 'cut off after'],
  [
    'a PNG of which a bit fell',
    Uint8Array.from(whole, (byte, n) => (n === 60 ? byte ^ 1 : byte)),
    'checksum',
  ],
  ['a PNG without a header', Buffer.concat([SIGNATURE, END]), 'does not begin with its header'],
  ['a PNG without pixels', Buffer.concat([SIGNATURE, header(0, 5), END]), '0 × 5 pixels'],
  [
    'a PNG whose pixels are no data',
    Buffer.concat([SIGNATURE, header(4, 4), chunk('IDAT', Buffer.from('x')), END]),
    'unpacked',
  ],
  ['an image of which nothing can be seen', rgbaPng(8, 8, new Uint8Array(256)), 'nothing of it can be seen'],
])('%s is refused, and the refusal says why', (_what, bytes, said) => {
  expect(refusal(bytes).message).toContain(said);
});

test.each([
  ['PNG', png(64)],
  ['JPEG', jpegOf(drawn(64))],
])('a %s is written anew: the same picture, whatever else was in the file', (_type, bytes) => {
  const logo = takeLogo(bytes, rasterize);
  expect([logo.width, logo.height]).toEqual([64, 64]);
  const middle = 4 * (32 * 64 + 32);
  const image = `<image width="64" height="64" href="data:image/png;base64,${Buffer.from(logo.png).toString('base64')}"/>`;
  const { rgba } = rasterize(`<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">${image}</svg>`);
  for (const [at, colour] of [
    [0, [0x33, 0x66, 0xcc, 255]],
    [middle, [0xff, 0xcc, 0x00, 255]],
  ] as const) {
    for (const part of [0, 1, 2, 3]) expect(Math.abs(rgba[at + part]! - colour[part]!)).toBeLessThan(12);
  }
});

test('what a PNG carries beside its pixels is left out, and the same picture has the same bytes', () => {
  const note = chunk('tEXt', Buffer.from('Comment\0<script>alert(1)</script>'));
  const noted = Buffer.concat([whole.subarray(0, -12), note, END]);
  const logo = takeLogo(noted, rasterize);
  expect(Buffer.from(logo.png).includes('script')).toBe(false);
  expect(logo).toEqual(takeLogo(whole, rasterize));
});

test('a large picture is kept as large as the largest code shows it', () => {
  const { rgba } = drawn(1_200);
  const logo = takeLogo(rgbaPng(1_200, 600, rgba.subarray(0, 4 * 1_200 * 600)), rasterize);
  expect([logo.width, logo.height]).toEqual([512, 256]);
});

test('whatever is wrong with an upload, it is refused or taken, never an accident, and the next one is taken', () => {
  const flaws = fc.array(fc.tuple(fc.nat(photo.length - 1), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(flaws, (changes) => {
      const bytes = Buffer.from(photo);
      for (const [at, byte] of changes) bytes[at] = byte;
      try {
        takeLogo(bytes, rasterize);
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
      }
    }),
    { seed: 1, numRuns: 200 },
  );
  expect(takeLogo(photo, rasterize).width).toBe(32);
});
