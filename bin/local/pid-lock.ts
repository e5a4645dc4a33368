import { readFile, rm, writeFile } from 'node:fs/promises';

/**
 * Takes a lock file for this process. A file whose process is gone counts for nothing.
 * @returns how to give it back, or the id of the process that holds it
 */
export async function takePidLock(file: string): Promise<{ release(): Promise<void> } | { heldBy: number }> {
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const heldBy = Number(await readFile(file, 'utf8').catch(() => ''));
    if (heldBy && isAlive(heldBy)) return { heldBy };
    await rm(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is there, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
