import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { takeFileLock } from './local/file-lock.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** Everything that bundles and templates are made of. */
const SOURCES = ['lib', 'functions', 'shared', 'bin/app.ts', 'bin/build.ts', 'cdk.json', 'package-lock.json'];
const LOCK_POLL_MS = 100;

const OUTDIR = join(ROOT, 'cdk.out');
const STAMP = join(OUTDIR, 'sources.sha256');

/**
 * Bundles the functions and synthesizes the templates, unless that was done with the very same sources.
 * It runs in a process of its own, so that the caller does not carry the CDK; of several callers one does it.
 * @returns the folder of the cloud assembly: the templates, and the bundles as assets
 */
export async function synthesizeIfStale(): Promise<string> {
  if (await isFresh()) return OUTDIR;
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], { stdio: ['ignore', 2, 2] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error('bundling or synthesizing failed; the reason is printed above');
  return OUTDIR;
}

async function synthesize(): Promise<void> {
  const release = await waitForLock();
  try {
    if (await isFresh()) return;
    // Taken before, so that a change while it runs counts as a change.
    const hash = await hashSources();
    console.log('Bundling the functions and synthesizing the templates (once for these sources) …');
    const { buildFunctions } = await import('./build.ts');
    await buildFunctions();
    const { createApp } = await import('#lib/app.ts');
    createApp(OUTDIR, await contextOf(join(ROOT, 'cdk.json'))).synth();
    await writeFile(STAMP, hash);
  } finally {
    await release();
  }
}

/** What the CDK's own command reads: a local stack has the context of the next deployment. */
export async function contextOf(file: string): Promise<Record<string, unknown>> {
  const { context = {} } = JSON.parse(await readFile(file, 'utf8')) as { context?: Record<string, unknown> };
  return context;
}

async function waitForLock(): Promise<() => Promise<void>> {
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  for (;;) {
    const lock = await takeFileLock(join(ROOT, 'dist/synthesize.sqlite'));
    if ('release' in lock) return lock.release;
    await delay(LOCK_POLL_MS);
  }
}

const isFresh = async () => (await readFile(STAMP, 'utf8').catch(() => '')) === (await hashSources());

async function hashSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await Promise.all(SOURCES.map(filesOf))).flat().sort())
    hash
      .update(`${relative(ROOT, file)}\0`)
      .update(await readFile(file))
      .update('\0');
  return hash.digest('hex');
}

async function filesOf(source: string): Promise<string[]> {
  const path = join(ROOT, source);
  if (/\.\w+$/.test(source)) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

if (import.meta.main) await synthesize();
