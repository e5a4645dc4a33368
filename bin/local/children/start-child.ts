import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

/** Runs the program that is its first argument, with its compiled code cached. */
export const RUN_CACHED = fileURLToPath(new URL('./run-cached.mjs', import.meta.url));

/** A running emulator process. */
export interface Child {
  pid: number;
  port: number;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts one of the programs beside this file and waits until it listens.
 * Its IPC channel is the pipe whose closing ends it.
 * @throws Error with what it had to say, when it ends before that
 */
export async function startChild(program: 'dynamodb' | 'fauxqs', options: object): Promise<Child> {
  const file = fileURLToPath(new URL(`./${program}.ts`, import.meta.url));
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', RUN_CACHED, file, JSON.stringify(options)],
    {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    },
  );
  let isReady = false;
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    if (isReady) process.stderr.write(chunk);
    else said += chunk;
  });
  const exited = once(child, 'exit');
  const failed = exited.then(async ([code, signal]) => {
    await finished(child.stderr!);
    const how = signal ?? `exit code ${code}`;
    throw new Error(`the local ${program} ended before it was ready (${how}): ${said.trim()}`);
  });
  const [message] = (await Promise.race([once(child, 'message'), failed])) as [{ port: number }];
  failed.catch(() => undefined);
  isReady = true;
  const stop = async () => {
    if (child.connected) child.disconnect();
    await exited;
  };
  return { pid: child.pid!, port: message.port, stop };
}
