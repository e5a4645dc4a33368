import type { InspectedImage } from './logo.ts';
import { readJpeg } from './read-jpeg.ts';
import { readPng } from './read-png.ts';
import { refusedLogo } from './refused-logo.ts';

export const MAX_LOGO_BYTES = 1024 ** 2;
/** Of what is uploaded: 2,048 × 2,048. */
export const MAX_LOGO_PIXELS = 4 * 1024 ** 2;

/** Reads an image's form. @throws Problem that says what is wrong with it */
type Reader = (bytes: Uint8Array) => InspectedImage;

/** How the images begin that people upload; those without a reader are only known by name. */
const FORMATS: readonly { name: string; magic: RegExp; read?: Reader }[] = [
  { name: 'PNG', magic: /^\x89PNG\r\n.\n/, read: readPng },
  { name: 'JPEG', magic: /^\xff\xd8\xff/, read: readJpeg },
  { name: 'WebP', magic: /^RIFF[\s\S]{4}WEBP/ },
  { name: 'GIF', magic: /^GIF8[79]a/ },
  { name: 'AVIF or HEIC', magic: /^[\s\S]{4}ftyp/ },
  { name: 'BMP', magic: /^BM/ },
  { name: 'TIFF', magic: /^(II\*\0|MM\0\*)/ },
  { name: 'SVG, XML or HTML', magic: /^(\xef\xbb\xbf)?\s*</ },
];

/**
 * Sees what an upload is by its bytes, whatever it was called, and bounds what decoding it can cost.
 * @throws Problem 'invalid_style' when it is no whole PNG or JPEG of at most 1 MiB and 2,048 × 2,048 pixels
 */
export function inspectImage(bytes: Uint8Array): InspectedImage {
  if (bytes.length === 0) throw refusedLogo('it is empty; a PNG or JPEG image is needed');
  if (bytes.length > MAX_LOGO_BYTES) {
    throw refusedLogo(`it has ${bytes.length} bytes; at most ${MAX_LOGO_BYTES} are allowed`);
  }
  const beginning = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  const format = FORMATS.find(({ magic }) => magic.test(beginning));
  if (format?.read === undefined) {
    throw refusedLogo(
      `it is ${format ? `a file of the type ${format.name}` : 'no image that is known'}; PNG and JPEG are taken`,
    );
  }
  const image = format.read(bytes);
  const { width, height } = image;
  if (width * height > MAX_LOGO_PIXELS) {
    throw refusedLogo(
      `it has ${width} × ${height} pixels; at most ${MAX_LOGO_PIXELS} in all are allowed, such as 2048 × 2048`,
    );
  }
  image.checkPixels();
  return image;
}
