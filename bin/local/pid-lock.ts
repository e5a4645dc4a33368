import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 5;

/**
 * Takes a lock file for this process. A file whose process is gone counts for nothing.
 * @returns how to give it back, or the id of the process that holds it
 */
export async function takePidLock(file: string): Promise<{ release(): Promise<void> } | { heldBy: number }> {
  const mine = `${file}.${randomUUID()}`;
  await writeFile(mine, String(process.pid));
  try {
    for (;;) {
      // Unlike a file that is created and then written, a link is never seen empty.
      if (await succeeds(link(mine, file), 'EEXIST')) return { release: () => rm(file, { force: true }) };
      const holder = await readPid(file);
      if (holder !== undefined && isAlive(holder)) return { heldBy: holder };
      if (holder !== undefined) await removeStale(file, mine);
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** Whether a file operation succeeded; an error other than the expected one is thrown. */
const succeeds = (operation: Promise<void>, expectedCode: string): Promise<boolean> =>
  operation.then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === expectedCode) return false;
      throw error;
    },
  );

/**
 * Removes a lock whose holder is gone. One process at a time does so, guarded by a lock of its own; otherwise the
 * second would remove what the first has just made.
 */
async function removeStale(file: string, mine: string): Promise<void> {
  const guard = `${file}.removing`;
  if (await succeeds(link(mine, guard), 'EEXIST')) {
    if (await isStale(file)) await rm(file, { force: true });
    await rm(guard);
  } else if (await isStale(guard)) await rm(guard, { force: true });
  else await delay(RETRY_MS);
}

const isStale = async (file: string): Promise<boolean> => {
  const holder = await readPid(file);
  return holder !== undefined && !isAlive(holder);
};

/** The process that a lock file names: undefined without a file, 0 for what is no process id. */
const readPid = (file: string): Promise<number | undefined> =>
  readFile(file, 'utf8').then(
    (text) => Number(text) || 0,
    () => undefined,
  );

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is there, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
