import { resolve } from 'node:path';
import { seedLinks } from './seed-links.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from './start-local-stack.ts';
import { whatToTry } from './what-to-try.ts';

/**
 * Runs the local stack in the foreground until a signal ends it: exit code 0, or 1 when it could not start.
 * @param environment  SLUGLINE_DIR, PORT, SHORT_PORT, ALLOWED_ORIGINS and AWS_ENDPOINT_URL_* are looked at
 * @param outdir  a cloud assembly in place of this repository's own
 */
export async function run(environment: NodeJS.ProcessEnv, outdir?: string): Promise<void> {
  let stack: LocalStack | undefined;
  try {
    stack = await startLocalStack({ ...readOptions(environment), ...(outdir && { outdir }) });
    stopOnSignal(stack);
    if (stack.isNew) await seedLinks(stack);
    console.log(whatToTry(stack));
  } catch (error) {
    console.error(`Slugline could not start: ${(error as Error).message}`);
    await stack?.stop();
    process.exit(1);
  }
}

const readOptions = (environment: NodeJS.ProcessEnv): LocalStackOptions => ({
  dir: resolve(environment.SLUGLINE_DIR || '.slugline'),
  port: readPort(environment, 'PORT', 3000),
  shortPort: readPort(environment, 'SHORT_PORT', 3001),
  elsewhere: environment,
  ...(environment.ALLOWED_ORIGINS && { parameters: { AllowedOrigins: environment.ALLOWED_ORIGINS } }),
  log: (line) => console.error(line),
});

/** @throws Error for what is no port */
function readPort(environment: NodeJS.ProcessEnv, name: string, initial: number): number {
  const port = Number(environment[name] || initial);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`${name} is '${environment[name]}'; it must be a port from 0 to 65535`);
}

/** The first signal ends the stack in good order, a second at once: children end with their parent. */
function stopOnSignal(stack: LocalStack): void {
  let isStopping = false;
  const stop = async () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    await stack.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop());
}
