import { crc32, deflateSync } from 'node:zlib';

/** Of a PNG whose pixels are numbers of a palette. */
export type PngHead = {
  width: number;
  height: number;
  /** Bits of a pixel. */
  depth: 1 | 8;
  /** RGBA, 256 at most. */
  palette: readonly (readonly [red: number, green: number, blue: number, alpha: number])[];
};

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOUR_TYPES = { palette: 3, rgba: 6 } as const;

/** What stands before the pixels. @see https://www.w3.org/TR/png-3/#11Critical-chunks */
export function pngHead({ width, height, depth, palette }: PngHead): Buffer {
  const chunks = [
    SIGNATURE,
    header(width, height, depth, COLOUR_TYPES.palette),
    chunk('PLTE', Buffer.from(palette.flatMap((colour) => colour.slice(0, 3)))),
  ];
  const opaque = palette.findLastIndex(([, , , alpha]) => alpha < 255) + 1;
  // The alpha of further entries is 255.
  if (opaque > 0)
    chunks.push(chunk('tRNS', Buffer.from(palette.slice(0, opaque).map(([, , , alpha]) => alpha))));
  return Buffer.concat(chunks);
}

/**
 * Head, pixels and end of a PNG.
 * @param rows  each begins with the byte that names its filter
 * @param level  of deflate: 1 sees that rows repeat, which is what codes are made of
 */
export const pngFile = (head: Uint8Array, rows: Uint8Array, level: number): Buffer =>
  Buffer.concat([head, chunk('IDAT', deflateSync(rows, { level })), END]);

/** A PNG of RGBA pixels, 8 bits each, row after row. */
export function rgbaPng(width: number, height: number, rgba: Uint8Array): Buffer {
  const stride = 4 * width;
  const rows = Buffer.alloc(height * (stride + 1));
  for (let y = 0; y < height; y += 1) {
    const at = y * (stride + 1);
    // Each byte less the one above it: what pictures change little by.
    rows[at] = y === 0 ? 0 : 2;
    for (let n = 0; n < stride; n += 1) {
      const above = y === 0 ? 0 : rgba[(y - 1) * stride + n]!;
      rows[at + 1 + n] = rgba[y * stride + n]! - above;
    }
  }
  return pngFile(Buffer.concat([SIGNATURE, header(width, height, 8, COLOUR_TYPES.rgba)]), rows, 9);
}

function header(width: number, height: number, depth: number, colourType: number): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data[8] = depth;
  data[9] = colourType;
  return chunk('IHDR', data);
}

/** @see https://www.w3.org/TR/png-3/#5Chunk-layout */
export function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

const END = chunk('IEND', Buffer.alloc(0));
