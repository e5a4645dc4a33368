import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What `endpoints.json` holds while a stack runs: all that another process needs to reach its tables. */
export interface EndpointsFile {
  /** Variables with which any AWS SDK client works on the emulators. */
  environment: Record<string, string>;
  /** Outputs of the service stack: names of tables and bucket, URLs. */
  outputs: Record<string, string>;
}

const pathIn = (dir: string): string => join(dir, 'endpoints.json');

/** The file of the stack that runs on a data directory; undefined when none does. */
export async function readEndpointsFile(dir: string): Promise<EndpointsFile | undefined> {
  const text = await readFile(pathIn(dir), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Writes the file; a reader sees none or all of it. @returns what takes it away again */
export async function writeEndpointsFile(dir: string, file: EndpointsFile): Promise<() => Promise<void>> {
  const path = pathIn(dir);
  await writeFile(`${path}.new`, `${JSON.stringify(file, undefined, 2)}\n`);
  await rename(`${path}.new`, path);
  return () => rm(path, { force: true });
}
