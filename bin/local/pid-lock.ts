import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

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
      if (holder && isAlive(holder)) return { heldBy: holder };
      await removeStale(file, holder);
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

/** Removes the lock of a holder that is gone; a new holder's lock that came in between is put back. */
async function removeStale(file: string, holder: number): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  if (!(await succeeds(rename(file, aside), 'ENOENT'))) return;
  if ((await readPid(aside)) !== holder) await succeeds(link(aside, file), 'EEXIST');
  await rm(aside, { force: true });
}

/** 0 for what is no process id. */
const readPid = async (file: string): Promise<number> =>
  Number(await readFile(file, 'utf8').catch(() => '')) || 0;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is there, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
