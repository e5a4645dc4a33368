import { readFileSync } from 'node:fs';
import jsqr from 'jsqr';
import JSZip from 'jszip';
import { openRenderer } from '#shared/qr/open-renderer.fs.ts';
import type { DemoLink } from './traffic.ts';

// A CommonJS package that says that it is an ES module.
const jsQR = jsqr.default;

/** Codes that a decoder which is not ours reads: each would take as long as all the rest. */
const READ = 20;

type Manifest = {
  succeeded: number;
  failed: number;
  results: { url_id: string; status: string; file_name: string }[];
};

/** What is wrong with an archive of the codes of these links, read by others than those who wrote it. */
export async function verifyArchive(
  path: string,
  links: readonly DemoLink[],
  size: number,
): Promise<string[]> {
  const zip = await JSZip.loadAsync(readFileSync(path), { checkCRC32: true });
  const manifest: Manifest = JSON.parse(await zip.file('manifest.json')!.async('string'));
  const wrong: string[] = [];
  if (manifest.succeeded !== links.length || manifest.failed !== 0)
    wrong.push(`the manifest tells of ${manifest.succeeded} codes and ${manifest.failed} failures`);
  const { rasterize } = await openRenderer();
  for (const [n, { urlId, shortUrl }] of links.entries()) {
    const result = manifest.results[n];
    const file = result && zip.file(result.file_name);
    if (result?.url_id !== urlId || !file) {
      wrong.push(`there is no code of ${shortUrl} in its place`);
    } else if (n % Math.ceil(links.length / READ) === 0) {
      const png = await file.async('base64');
      const { rgba } = rasterize(
        `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><image width="${size}" height="${size}" href="data:image/png;base64,${png}"/></svg>`,
      );
      const said = jsQR(new Uint8ClampedArray(rgba), size, size)?.data;
      if (said !== `${shortUrl}?nr=qr`) wrong.push(`the code of ${shortUrl} says ${said ?? 'nothing'}`);
    }
  }
  return wrong;
}
