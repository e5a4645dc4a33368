import { rgbaPng } from '../png/png-file.ts';
import type { Pixels, Rasterizer } from '../png/rasterizer.ts';
import { inspectImage } from './inspect-image.ts';
import { type InspectedImage, type Logo, MAX_LOGO_SIDE } from './logo.ts';
import { refusedLogo } from './refused-logo.ts';
import { shrunk } from './shrunk.ts';

/**
 * A logo out of an upload: bounded before anything is decoded, and written anew, so that nothing of what was uploaded
 * but its pixels is kept. The same upload gives the same bytes.
 * @param bytes  a PNG or JPEG
 * @throws Problem 'invalid_style' that says what is wrong with it
 */
export function takeLogo(bytes: Uint8Array, rasterize: Rasterizer): Logo {
  const decoded = decode(inspectImage(bytes), rasterize);
  const scale = Math.min(1, MAX_LOGO_SIDE / Math.max(decoded.width, decoded.height));
  const [width, height] = [decoded.width, decoded.height].map((side) =>
    Math.max(1, Math.round(side * scale)),
  ) as [number, number];
  const { rgba } = scale < 1 ? shrunk(decoded, width, height) : decoded;
  return { png: rgbaPng(width, height, rgba), width, height };
}

function decode({ type, width, height, bytes }: InspectedImage, rasterize: Rasterizer): Pixels {
  const data = Buffer.from(bytes).toString('base64');
  const image = `<image width="${width}" height="${height}" href="data:${type};base64,${data}"/>`;
  const pixels = rasterized(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${image}</svg>`,
    rasterize,
  );
  // What resvg cannot decode it leaves out.
  if (pixels.rgba.every((value, n) => n % 4 !== 3 || value === 0)) {
    throw refusedLogo('nothing of it can be seen: its pixels cannot be decoded, or all are transparent');
  }
  return pixels;
}

function rasterized(svg: string, rasterize: Rasterizer): Pixels {
  try {
    return rasterize(svg);
  } catch (cause) {
    throw refusedLogo('its pixels cannot be decoded', cause);
  }
}
