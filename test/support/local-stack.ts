import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '#bin/local/start-local-stack.ts';

export interface TestStack extends LocalStack {
  /** Kills the processes of a function, as a crash would. */
  kill(functionName: string): Promise<number>;
}

/**
 * A whole local stack on free ports, in a temporary directory that goes away with `stop()`.
 * @param options  `parameters` of the service stack; `dir` for one that is to outlive the stack; `outdir` for a fixture
 */
export async function startTestStack(
  options: Partial<Pick<LocalStackOptions, 'parameters' | 'dir' | 'outdir' | 'log'>> = {},
): Promise<TestStack> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'slugline-test-')));
  const removeDir = () => (options.dir ? undefined : rm(dir, { recursive: true, force: true }));
  try {
    const stack = await startLocalStack({ ...options, dir, port: 0, shortPort: 0 });
    const stop = async () => {
      await stack.stop();
      await removeDir();
    };
    return { ...stack, stop, kill: (functionName) => stack.functions.kill(functionName) };
  } catch (error) {
    await removeDir();
    throw error;
  }
}
