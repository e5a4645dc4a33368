import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeFileLock } from '#bin/local/file-lock.ts';

const dir = await mkdtemp(join(tmpdir(), 'slugline-lock-'));
afterAll(() => rm(dir, { recursive: true }));

const MODULE = join(import.meta.dirname, '../../../bin/local/file-lock.ts');

/** Another process that takes the lock and keeps it until it is killed. */
async function holder(file: string) {
  const program = `
    import { takeFileLock } from ${JSON.stringify(MODULE)};
    console.log('release' in (await takeFileLock(${JSON.stringify(file)})) ? 'taken' : 'held');
    setInterval(() => undefined, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const kill = async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return { pid: child.pid, said: String(said).trim(), kill };
}

async function release(lock: Awaited<ReturnType<typeof takeFileLock>>): Promise<void> {
  expect(lock).toHaveProperty('release');
  if ('release' in lock) await lock.release();
}

test('a lock that this process holds is refused with its id', async () => {
  const file = join(dir, 'held');
  const lock = await takeFileLock(file);
  expect(await takeFileLock(file)).toEqual({ heldBy: process.pid });
  await release(lock);
});

test('a lock that another process holds is refused with its id, and free as soon as that one is killed', async () => {
  const file = join(dir, 'other');
  const other = await holder(file);
  expect(other.said).toBe('taken');
  expect(await takeFileLock(file)).toEqual({ heldBy: other.pid });
  await other.kill();
  await release(await takeFileLock(file));
});

test('a process id that was left behind counts for nothing, whoever has it now', async () => {
  const file = join(dir, 'left');
  await writeFile(`${file}.pid`, String(process.ppid));
  await release(await takeFileLock(file));
});

test('a holder that has not said its name yet is one all the same', async () => {
  const file = join(dir, 'nameless');
  const lock = await takeFileLock(file);
  await rm(`${file}.pid`);
  expect(await takeFileLock(file)).toEqual({ heldBy: undefined });
  await release(lock);
});

test('a lock that was given back can be taken again', async () => {
  const file = join(dir, 'again');
  await release(await takeFileLock(file));
  await release(await takeFileLock(file));
});

test('of many who come at once one gets it', async () => {
  const file = join(dir, 'many');
  const locks = await Promise.all(Array.from({ length: 20 }, () => takeFileLock(file)));
  const [taken, ...others] = locks.filter((lock) => 'release' in lock);
  expect(others).toEqual([]);
  await release(taken!);
});

test('a file that is no lock is an error, not a lock', async () => {
  const file = join(dir, 'text');
  await writeFile(
    file,
    'something that somebody wants to keep, longer than a header of SQLite would be. '.repeat(9),
  );
  await expect(takeFileLock(file)).rejects.toThrow('file is not a database');
});
