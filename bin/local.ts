/** `npm start`: Slugline on this machine, its data kept between starts. */
import { resolve } from 'node:path';
import { seedLinks } from './local/seed-links.ts';
import { type LocalStack, startLocalStack } from './local/start-local-stack.ts';
import { whatToTry } from './local/what-to-try.ts';

let isStopping = false;
const { SLUGLINE_DIR, PORT, SHORT_PORT, ...environment } = process.env;

/** @throws Error for what is no port */
function portOf(variable: string, value: string | undefined, initial: number): number {
  const port = Number(value || initial);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`${variable} is '${value}'; it must be a port from 0 to 65535`);
}

async function main(): Promise<void> {
  const stack = await startLocalStack({
    dir: resolve(SLUGLINE_DIR || '.slugline'),
    port: portOf('PORT', PORT, 3000),
    shortPort: portOf('SHORT_PORT', SHORT_PORT, 3001),
    elsewhere: environment,
    log: (line) => console.error(line),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(stack));
  if (stack.isNew) await seedLinks(stack);
  console.log(whatToTry(stack));
}

/** Ends in good order; asked again, at once: children end with their parent. */
async function stop(stack: LocalStack): Promise<void> {
  if (isStopping) process.exit(1);
  isStopping = true;
  await stack.stop();
  process.exit(0);
}

try {
  await main();
} catch (error) {
  console.error(`Slugline could not start: ${(error as Error).message}`);
  process.exit(1);
}
