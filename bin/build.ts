import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { RENDERER_FILES } from '#shared/qr/renderer-files.ts';

const ROOT = resolve(import.meta.dirname, '..');

// CommonJS packages inside an ES module still call require() for Node's own modules; esbuild leaves that
// call as it is, so the bundle has to bring a require.
const REQUIRE =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

type Options = { from?: string; to?: string };

/** One bundled function: its folder under functions/ and the size of what Lambda loads. */
export type Bundle = { folder: string; bytes: number };

/**
 * Bundles every folder under functions/ that has an index.ts, in one esbuild pass, into
 * dist/functions/<folder>/index.mjs with its source map beside it, and the files of the QR renderer where it is in.
 * Files are replaced one by one by renaming, so whoever reads a bundle meanwhile sees the old or the new one, whole.
 * @param options.from  the folder of the functions, for fixtures; default functions/
 * @param options.to  the folder of the bundles; default dist/functions/
 */
export async function buildFunctions({
  from = join(ROOT, 'functions'),
  to = join(ROOT, 'dist/functions'),
}: Options = {}): Promise<Bundle[]> {
  const folders = await foldersWithIndex(from);
  await mkdir(to, { recursive: true });
  const fresh = await mkdtemp(join(dirname(resolve(to)), '.bundles-'));
  try {
    if (folders.length > 0) await bundle(from, folders, fresh);
    await replaceFiles(fresh, to);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return Promise.all(
    folders.map(async (folder) => ({ folder, bytes: (await stat(join(to, folder, 'index.mjs'))).size })),
  );
}

async function bundle(from: string, folders: string[], outdir: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(
      folders.map((folder) => [`${folder}/index`, join(from, folder, 'index.ts')]),
    ),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The ES module build of a package is the one that can be shaken.
    mainFields: ['module', 'main'],
    treeShaking: true,
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    banner: { js: REQUIRE },
    logLevel: 'warning',
    metafile: true,
  });
  await placeRendererFiles(metafile);
}

/** What the renderer reads when it opens, beside each bundle that it is in. */
async function placeRendererFiles({ outputs }: Metafile): Promise<void> {
  const require = createRequire(import.meta.url);
  for (const [output, { inputs }] of Object.entries(outputs)) {
    if (inputs['shared/qr/open-renderer.fs.ts'] === undefined) continue;
    for (const name of Object.values(RENDERER_FILES)) {
      await copyFile(require.resolve(name), join(ROOT, dirname(output), basename(name)));
    }
  }
}

async function foldersWithIndex(root: string): Promise<string[]> {
  const files = await filesUnder(root).catch(ifMissing);
  const folders = files.filter((file) => basename(file) === 'index.ts').map((file) => dirname(file));
  // An index.ts deeper inside a function's own folder is a part of that function.
  return folders.filter((folder) => !folders.some((outer) => folder.startsWith(`${outer}/`))).sort();
}

async function replaceFiles(fresh: string, to: string): Promise<void> {
  const made = await filesUnder(fresh);
  for (const file of made) {
    await mkdir(join(to, dirname(file)), { recursive: true });
    await rename(join(fresh, file), join(to, file));
  }
  // Bundles of functions that no longer exist would otherwise stay deployable.
  for (const file of await filesUnder(to)) {
    if (!made.includes(file)) await rm(join(to, file), { force: true });
  }
}

async function filesUnder(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function ifMissing(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

if (import.meta.main) {
  for (const { folder, bytes } of await buildFunctions()) {
    console.log(`${folder.padEnd(24)} ${(bytes / 1000).toFixed(0).padStart(6)} kB`);
  }
}
