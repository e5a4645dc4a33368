import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { openRasterizer, type Rasterizer } from './png/rasterizer.ts';
import { newRenderer, type Renderer } from './renderer.ts';
import { RENDERER_FILES } from './renderer-files.ts';
import { readTypeface } from './typeface/typeface.ts';

/** What draws codes and takes logos in. */
export type RendererTools = { renderer: Renderer; rasterize: Rasterizer };

/** Opens a renderer by the files beside its bundle, or in the packages that ship them: once, when a process starts. */
export async function openRenderer(): Promise<RendererTools> {
  const [wasm, font] = await Promise.all([read(RENDERER_FILES.rasterizer), read(RENDERER_FILES.typeface)]);
  const rasterize = await openRasterizer(wasm);
  return { renderer: newRenderer({ rasterize, typeface: readTypeface(font) }), rasterize };
}

async function read(name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(new URL(basename(name), import.meta.url)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return new Uint8Array(await readFile(createRequire(import.meta.url).resolve(name)));
  }
}
