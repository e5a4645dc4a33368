import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** Pixels row after row, RGBA with 8 bits each, alpha not multiplied into the colours. */
export type Pixels = { width: number; height: number; rgba: Uint8Array };

/** Draws an SVG document, in its own size. The same document gives the same pixels on every machine. */
export type Rasterizer = (svg: string) => Pixels;

let started: Promise<void> | undefined;

/**
 * Starts resvg, once in a process.
 * @param wasm  the bytes of `@resvg/resvg-wasm/index_bg.wasm`
 */
export async function openRasterizer(wasm: Uint8Array<ArrayBuffer>): Promise<Rasterizer> {
  started ??= initWasm(wasm);
  await started;
  return rasterized;
}

function rasterized(svg: string): Pixels {
  const document = new Resvg(svg, { font: { loadSystemFonts: false } });
  try {
    const image = document.render();
    try {
      return { width: image.width, height: image.height, rgba: withoutAlpha(image.pixels) };
    } finally {
      image.free();
    }
  } finally {
    document.free();
  }
}

/** Takes the alpha out of the colours again, in place. */
function withoutAlpha(rgba: Uint8Array): Uint8Array {
  for (let n = 0; n < rgba.length; n += 4) {
    const alpha = rgba[n + 3]!;
    if (alpha === 255 || alpha === 0) continue;
    for (let part = n; part < n + 3; part += 1) rgba[part] = Math.round((255 * rgba[part]!) / alpha);
  }
  return rgba;
}
