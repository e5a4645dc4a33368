import { readFile, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';

/** SQLITE_BUSY: another connection has the lock. @see https://www.sqlite.org/rescode.html#busy */
const BUSY = 5;

/**
 * Takes a lock file for this process. The system gives the lock back when the process ends, however it ends, so that
 * neither a crash nor a process id that came to mean something else leaves anything behind. The file itself stays:
 * whoever removed it could let two in.
 * @returns how to give it back, or the id of the process that holds it, as far as it is known
 * @throws Error when the file cannot be made
 */
export async function takeFileLock(
  file: string,
): Promise<{ release(): Promise<void> } | { heldBy: number | undefined }> {
  const held = tryLock(file);
  const named = `${file}.pid`;
  if (!held) return { heldBy: Number(await readFile(named, 'utf8').catch(() => '')) || undefined };
  await writeFile(named, String(process.pid));
  const release = async () => {
    await rm(named, { force: true });
    held.close();
  };
  return { release };
}

/** SQLite brings the locks of every system; nothing is ever written into the file. */
function tryLock(file: string): DatabaseSync | undefined {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === BUSY) return undefined;
    throw error;
  }
}
