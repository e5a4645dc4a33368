import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildFunctions } from '#bin/build.ts';
import { effectiveStyle } from '#shared/qr/style/effective-style.ts';

let root: string;
let from: string;
let to: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slugline-build-'));
  from = join(root, 'functions');
  to = join(root, 'dist/functions');
});

afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(from, path)), { recursive: true });
  writeFileSync(join(from, path), text);
}

const bundleOf = (folder: string): string => readFileSync(join(to, folder, 'index.mjs'), 'utf8');

test('without any function there is no bundle', async () => {
  expect(await buildFunctions({ from, to })).toEqual([]);
});

test('a source that does not parse is an error, and leaves the bundles as they were', async () => {
  write('api/index.ts', 'export const handler = () => "old";');
  await buildFunctions({ from, to });
  const before = bundleOf('api');
  write('api/index.ts', 'export const handler = (');
  await expect(buildFunctions({ from, to })).rejects.toThrow('Build failed');
  expect(bundleOf('api')).toBe(before);
  expect(readdirSync(join(root, 'dist'))).toEqual(['functions']);
});

test('each folder with an index.ts is a function, wherever it lies; what lies inside of one is a part of it', async () => {
  write('api/index.ts', 'export { handler } from "./routes/index.ts";');
  write('api/routes/index.ts', 'export const handler = () => "routes";');
  write('workers/clicks/index.ts', 'export const handler = () => "clicks";');
  write('workers/shared.ts', 'export const shared = 1;');
  const built = await buildFunctions({ from, to });
  expect(built.map(({ folder }) => folder)).toEqual(['api', 'workers/clicks']);
  for (const { folder, bytes } of built) expect(bytes).toBe(Buffer.byteLength(bundleOf(folder)));
  const { handler } = await import(pathToFileURL(join(to, 'api/index.mjs')).href);
  expect(handler()).toBe('routes');
});

test('a bundle carries what it imports, CommonJS that requires Node’s modules included, and its source map', async () => {
  write('api/old.cjs', 'module.exports = require("node:path").basename;');
  write('api/index.ts', 'import basename from "./old.cjs"; export const handler = () => basename("/a/b");');
  await buildFunctions({ from, to });
  const { handler } = await import(pathToFileURL(join(to, 'api/index.mjs')).href);
  expect(handler()).toBe('b');
  expect(bundleOf('api')).toContain('//# sourceMappingURL=index.mjs.map');
  expect(JSON.parse(readFileSync(join(to, 'api/index.mjs.map'), 'utf8')).sources).toContain(
    '../../../functions/api/index.ts',
  );
});

test('the same sources give the same bytes, so that nothing is deployed that did not change', async () => {
  write('api/index.ts', 'export const handler = () => 1;');
  await buildFunctions({ from, to });
  const once = readFileSync(join(to, 'api/index.mjs.map'), 'utf8') + bundleOf('api');
  await buildFunctions({ from, to });
  expect(readFileSync(join(to, 'api/index.mjs.map'), 'utf8') + bundleOf('api')).toBe(once);
});

test('a bundle that draws QR codes has the files that the renderer opens with, and no other has them', async () => {
  const renderer = join(import.meta.dirname, '../../shared/qr/open-renderer.fs.ts');
  write('api/index.ts', 'export const handler = () => 1;');
  write(
    'qr/index.ts',
    `import { openRenderer } from ${JSON.stringify(renderer)};
    const { renderer, rasterize } = await openRenderer();
    export const handler = (request) => renderer.render(request).subarray(1, 4).toString();`,
  );
  await buildFunctions({ from, to });
  expect(readdirSync(join(to, 'qr')).sort()).toEqual([
    'Inter_600SemiBold.ttf',
    'index.mjs',
    'index.mjs.map',
    'index_bg.wasm',
  ]);
  expect(readdirSync(join(to, 'api')).sort()).toEqual(['index.mjs', 'index.mjs.map']);
  const { handler } = await import(pathToFileURL(join(to, 'qr/index.mjs')).href);
  const style = effectiveStyle([{ frame: { layout: 'badge' } }]);
  expect(handler({ text: 'https://a.io/abc', style, size: 256, format: 'png' })).toBe('PNG');
});

test('the bundle of a function that is gone goes, too', async () => {
  write('api/index.ts', 'export const handler = () => 1;');
  write('qr/index.ts', 'export const handler = () => 2;');
  await buildFunctions({ from, to });
  rmSync(join(from, 'qr'), { recursive: true });
  await buildFunctions({ from, to });
  expect(readdirSync(join(to), { recursive: true }).filter((file) => String(file).endsWith('.mjs'))).toEqual([
    'api/index.mjs',
  ]);
});

test('whoever reads a bundle while others build it sees a whole one', async () => {
  const text = (version: number): string =>
    `export const handler = () => ${JSON.stringify(`${version}`.repeat(200_000))};`;
  write('api/index.ts', text(1));
  await buildFunctions({ from, to });
  const whole = [bundleOf('api')];
  write('api/index.ts', text(2));
  let building = true;
  const builds = Promise.all([1, 2, 3].map(() => buildFunctions({ from, to }))).finally(() => {
    building = false;
  });
  const seen = new Set<string>();
  while (building) {
    seen.add(bundleOf('api'));
    await new Promise(setImmediate);
  }
  await builds;
  whole.push(bundleOf('api'));
  expect([...seen].filter((bundle) => !whole.includes(bundle))).toEqual([]);
});
