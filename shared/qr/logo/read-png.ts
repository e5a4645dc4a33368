import { crc32, inflateSync } from 'node:zlib';
import type { InspectedImage } from './logo.ts';
import { damaged } from './refused-logo.ts';

const SIGNATURE_BYTES = 8;
/** Length, type and checksum around the data of a chunk. */
const CHUNK_BYTES = 12;

/** What pixels are made of; all else (profiles, texts, times) is left out. */
const NEEDED: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

type Chunk = { type: string; whole: Uint8Array; data: Uint8Array };

/**
 * Walks over the chunks of a PNG.
 * @throws Problem when one is cut off or changed, when it is animated, or when something follows its end
 * @see https://www.w3.org/TR/png-3/#5DataRep
 */
export function readPng(bytes: Uint8Array): InspectedImage {
  const chunks = chunksOf(bytes);
  const [first] = chunks;
  if (first?.type !== 'IHDR' || first.data.length !== 13)
    throw damaged('PNG', 'it does not begin with its header');
  const header = Buffer.from(first.data);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (width === 0 || height === 0) throw damaged('PNG', `it says that it has ${width} × ${height} pixels`);
  const needed = chunks.filter(({ type }) => NEEDED.has(type)).map(({ whole }) => whole);
  return {
    type: 'image/png',
    width,
    height,
    bytes: Buffer.concat([bytes.subarray(0, SIGNATURE_BYTES), ...needed]),
    checkPixels: () => checkPixels(chunks, header),
  };
}

function chunksOf(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; chunks.at(-1)?.type !== 'IEND'; ) {
    const end = at + CHUNK_BYTES <= bytes.length ? at + CHUNK_BYTES + view.getUint32(at) : Infinity;
    if (end > bytes.length) throw damaged('PNG', `it is cut off after ${bytes.length} bytes`);
    if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw damaged('PNG', `the checksum at byte ${end - 4} is wrong`);
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === 'acTL') throw damaged('PNG', 'it is animated; one still image is needed');
    chunks.push({ type, whole: bytes.subarray(at, end), data: bytes.subarray(at + 8, end - 4) });
    at = end;
    if (type === 'IEND' && at < bytes.length) {
      throw damaged('PNG', `${bytes.length - at} bytes follow its end; save it anew`);
    }
  }
  return chunks;
}

/** Values of a pixel, by colour type. @see https://www.w3.org/TR/png-3/#3colourType */
const CHANNELS: Partial<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** A few kilobytes can unpack to gigabytes: never to more than the pixels that the header speaks of. */
function checkPixels(chunks: readonly Chunk[], header: Buffer): void {
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, colourType, interlaced] = [header[8]!, header[9]!, header[12] !== 0];
  const channels = CHANNELS[colourType];
  if (channels === undefined || depth > 16)
    throw damaged('PNG', `its colour type is ${colourType}, its depth ${depth}`);
  const pixels = height * (1 + Math.ceil((width * depth * channels) / 8));
  // The seven passes of an interlaced image have rows of their own, each with its filter byte and its last bits.
  const most = interlaced ? pixels + 4 * height + 64 : pixels;
  const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data));
  try {
    inflateSync(data, { maxOutputLength: most });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE')
      throw damaged('PNG', 'its pixels cannot be unpacked');
    throw damaged(
      'PNG',
      `its pixels unpack to more than the ${most} bytes that ${width} × ${height} pixels have`,
    );
  }
}
