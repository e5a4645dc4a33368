import { createWriteStream, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MAX_BYTES = 16 * 1024 * 1024;
/** Lines worth a look in the terminal: the structured logger's levels, and whatever the runtime reports. */
const NOTABLE = /"level":"(?:WARN|ERROR|CRITICAL)"|^(?:Init|Invoke|Runtime) Error|^Uncaught Exception/;

/** Where one function's output goes. */
export interface FunctionLog {
  write(line: string): void;
  close(): Promise<void>;
}

/**
 * Appends a function's output to `<dir>/<label>.log`, and hands warnings and errors to `show`.
 * A log that has grown past 16 MiB is put aside as `<label>.log.old` at the start.
 */
export function openFunctionLog(dir: string, label: string, show: (line: string) => void): FunctionLog {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `${label}.log`);
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) renameSync(file, `${file}.old`);
  const stream = createWriteStream(file, { flags: 'a' });
  return {
    write: (line) => {
      stream.write(`${line}\n`);
      if (NOTABLE.test(line)) show(`${label}: ${line}`);
    },
    close: () => new Promise((resolve) => stream.end(resolve)),
  };
}
