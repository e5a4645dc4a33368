import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credentials } from '#shared/credentials/bootstrap.dynamodb.ts';

/** What `local.json` holds: where the stack is, and how to get in. */
export interface LocalFile extends Credentials {
  apiUrl: string;
  shortUrl: string;
}

/** The `local.json` of an earlier start; undefined when it is not there or cannot be understood. */
export async function readLocalFile(dir: string): Promise<LocalFile | undefined> {
  const text = await readFile(join(dir, 'local.json'), 'utf8').catch(() => undefined);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as LocalFile);
  } catch {
    return undefined;
  }
}

/** Writes `local.json`, readable for its owner only; a reader sees the old or the new one, whole. */
export async function writeLocalFile(dir: string, file: LocalFile): Promise<void> {
  const path = join(dir, 'local.json');
  await writeFile(`${path}.new`, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
