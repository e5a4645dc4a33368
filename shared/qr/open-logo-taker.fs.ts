import type { Logo } from './logo/logo.ts';
import { takeLogo } from './logo/take-logo.ts';
import { openRenderer } from './open-renderer.fs.ts';

/** Opens what takes logos in, by the files that the renderer has beside its bundle. */
export async function openLogoTaker(): Promise<(bytes: Uint8Array) => Logo> {
  const { rasterize } = await openRenderer();
  return (bytes) => takeLogo(bytes, rasterize);
}
