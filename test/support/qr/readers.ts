import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import jsqr from 'jsqr';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import type { Pixels } from '#shared/qr/png/rasterizer.ts';

// A CommonJS package that says that it is an ES module.
const jsQR = jsqr.default;

const wasm = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
await prepareZXingModule({
  overrides: { wasmBinary: new Uint8Array(wasm).buffer },
  fireImmediately: true,
});

/** Decoders that are not ours. */
export const READERS: Record<'jsQR' | 'ZXing', (pixels: Pixels) => Promise<string | undefined>> = {
  jsQR: async ({ width, height, rgba }) =>
    jsQR(new Uint8ClampedArray(rgba), width, height, {
      inversionAttempts: 'dontInvert',
    })?.data,
  ZXing: async ({ width, height, rgba }) => {
    const image = { data: new Uint8ClampedArray(rgba), width, height, colorSpace: 'srgb' };
    const [found] = await readBarcodes(image as Parameters<typeof readBarcodes>[0], {
      formats: ['QRCode'],
      maxNumberOfSymbols: 1,
    });
    return found?.text;
  },
};

/** Which decoders read something else than a text, or nothing. */
export async function misread(pixels: Pixels, text: string): Promise<string[]> {
  const names = Object.keys(READERS) as (keyof typeof READERS)[];
  const read = await Promise.all(names.map((name) => READERS[name](pixels)));
  return names.filter((_, n) => read[n] !== text);
}
