import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

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
 */
export async function startChild(program: 'dynamodb' | 'fauxqs', options: object): Promise<Child> {
  const file = fileURLToPath(new URL(`./${program}.ts`, import.meta.url));
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', file, JSON.stringify(options)],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  const exited = once(child, 'exit');
  const failed = exited.then(([code, signal]) => {
    throw new Error(`the local ${program} ended before it was ready (${signal ?? `exit code ${code}`})`);
  });
  const [message] = (await Promise.race([once(child, 'message'), failed])) as [{ port: number }];
  failed.catch(() => undefined);
  const stop = async () => {
    if (child.connected) child.disconnect();
    await exited;
  };
  return { pid: child.pid!, port: message.port, stop };
}
