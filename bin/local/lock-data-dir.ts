import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { takePidLock } from './pid-lock.ts';

/**
 * Makes the data directory and takes it for this process; only its owner may look inside.
 * @throws Error when a running stack has it
 */
export async function lockDataDir(dir: string): Promise<() => Promise<void>> {
  await mkdir(dir, { recursive: true });
  await chmod(dir, 0o700);
  const file = join(dir, 'lock');
  const lock = await takePidLock(file);
  if ('release' in lock) return lock.release;
  throw new Error(
    `the data directory ${dir} is in use by the local stack that runs as process ${lock.heldBy}. ` +
      'Stop that one, or set SLUGLINE_DIR to another directory. ' +
      `(If process ${lock.heldBy} is something else, remove ${file}.)`,
  );
}
