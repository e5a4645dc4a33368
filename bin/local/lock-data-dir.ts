import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { takeFileLock } from './file-lock.ts';

/**
 * Makes the data directory and takes it for this process; only its owner may look inside.
 * @throws Error when a running stack has it
 */
export async function lockDataDir(dir: string): Promise<() => Promise<void>> {
  await mkdir(dir, { recursive: true });
  await chmod(dir, 0o700);
  const lock = await takeFileLock(join(dir, 'lock.sqlite'));
  if ('release' in lock) return lock.release;
  const holder =
    lock.heldBy === undefined ? 'another local stack' : `the local stack that runs as process ${lock.heldBy}`;
  throw new Error(
    `the data directory ${dir} is in use by ${holder}. Stop that one, or set SLUGLINE_DIR to another directory.`,
  );
}
