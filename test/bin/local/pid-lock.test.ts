import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takePidLock } from '#bin/local/pid-lock.ts';

const dir = await mkdtemp(join(tmpdir(), 'slugline-lock-'));
afterAll(() => rm(dir, { recursive: true }));

test('a lock that a running process holds is refused with its id', async () => {
  const file = join(dir, 'held');
  expect(await takePidLock(file)).toHaveProperty('release');
  expect(await takePidLock(file)).toEqual({ heldBy: process.pid });
});

test.each([
  ['nothing', ''],
  ['no number', 'text'],
])('a file with %s in it counts for nothing', async (_, content) => {
  const file = join(dir, 'broken');
  await writeFile(file, content);
  const lock = await takePidLock(file);
  expect(lock).toHaveProperty('release');
  if ('release' in lock) await lock.release();
});

test('the lock of a process that is gone counts for nothing', async () => {
  const file = join(dir, 'stale');
  const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(gone, 'exit');
  await writeFile(file, String(gone.pid));
  expect(await takePidLock(file)).toHaveProperty('release');
});

test('a lock that was given back can be taken again', async () => {
  const file = join(dir, 'again');
  const lock = await takePidLock(file);
  if ('release' in lock) await lock.release();
  expect(await takePidLock(file)).toHaveProperty('release');
});

test('of many who come at once one gets it, also when a stale lock is in the way', async () => {
  const file = join(dir, 'many');
  await writeFile(file, 'stale');
  const locks = await Promise.all(Array.from({ length: 20 }, () => takePidLock(file)));
  expect(locks.filter((lock) => 'release' in lock)).toHaveLength(1);
  expect(await readdir(dir)).toContain('many');
  expect((await readdir(dir)).filter((name) => name.startsWith('many.'))).toEqual([]);
});
