import jpeg from 'jpeg-js';
import type { Pixels, Rasterizer } from '#shared/qr/png/rasterizer.ts';

/** What a picture lies on. */
export type Ground = '#ffffff' | '#cccccc' | 'checkered';

export type View = { ground?: Ground; degrees?: number; blur?: number };

/**
 * A PNG as it is seen: on a ground, turned, out of focus. Decoded and drawn by resvg.
 * @param blur  standard deviation, pixels
 */
export function seen(rasterize: Rasterizer, png: Uint8Array, size: number, view: View = {}): Pixels {
  const { ground = '#ffffff', degrees = 0, blur = 0 } = view;
  const side = degrees === 0 ? size : Math.ceil(1.2 * size);
  const at = (side - size) / 2;
  const data = Buffer.from(png).toString('base64');
  return rasterize(
    [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><defs>${CHECKERED}`,
      `<filter id="blur" x="0" y="0" width="1" height="1"><feGaussianBlur stdDeviation="${blur}"/></filter></defs>`,
      `<g${blur > 0 ? ' filter="url(#blur)"' : ''}>`,
      `<rect width="${side}" height="${side}" fill="${ground === 'checkered' ? 'url(#checkered)' : ground}"/>`,
      `<image transform="rotate(${degrees} ${side / 2} ${side / 2})" x="${at}" y="${at}" width="${size}" height="${size}" href="data:image/png;base64,${data}"/></g></svg>`,
    ].join(''),
  );
}

/** As programs show what is transparent. */
const CHECKERED = [
  '<pattern id="checkered" width="16" height="16" patternUnits="userSpaceOnUse">',
  '<rect width="16" height="16" fill="#ffffff"/><rect width="8" height="8" fill="#cccccc"/>',
  '<rect x="8" y="8" width="8" height="8" fill="#cccccc"/></pattern>',
].join('');

/** A picture after a JPEG of a quality of 1 to 100. */
export function afterJpeg({ width, height, rgba }: Pixels, quality: number): Pixels {
  const { data } = jpeg.encode({ width, height, data: rgba }, quality);
  const decoded = jpeg.decode(data, { useTArray: true });
  return { width: decoded.width, height: decoded.height, rgba: decoded.data };
}
