/** The program that runs in a function's process: it loads the handler, then asks for one event after the other. */
import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { awslambda, isStreaming, ResponseStream } from './response-stream.ts';
import { describeError, type NextInvocation, RuntimeClient } from './runtime-client.ts';

type Handler = (event: unknown, context: object) => unknown;

const { AWS_LAMBDA_RUNTIME_API = '', LAMBDA_TASK_ROOT = '', _HANDLER = '' } = process.env;
const client = new RuntimeClient(AWS_LAMBDA_RUNTIME_API);
let current: NextInvocation | undefined;

// A thread of its own, so that even a handler in an endless loop ends with its parent.
new Worker(new URL('./end-with-pipe.mjs', import.meta.url), { execArgv: [] }).unref();
// Ctrl-C reaches the whole process group; when to stop is the parent's to say.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => undefined);
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, crash);
Object.assign(globalThis, { awslambda });

const handler = await loadHandler().catch(async (error) => {
  console.error('Init Error', error);
  await client.failInit(error);
  process.exit(1);
});
// The process will end by SIGKILL, too late to keep what was compiled.
flushCompileCache();
for (;;) {
  current = await client.next();
  await (isStreaming(handler) ? handleStreaming(current) : handleBuffered(current));
  current = undefined;
}

async function loadHandler(): Promise<Handler> {
  const [file = '', name = ''] = _HANDLER.split(/\.(?=[^.]+$)/);
  const path = ['.mjs', '.js', '.cjs']
    .map((ending) => join(LAMBDA_TASK_ROOT, file + ending))
    .find(existsSync);
  if (!path)
    throw Object.assign(new Error(`Cannot find module '${file}'`), { name: 'Runtime.ImportModuleError' });
  const exported = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  if (typeof exported[name] === 'function') return exported[name] as Handler;
  throw Object.assign(new Error(`${_HANDLER} is undefined or not exported`), {
    name: 'Runtime.HandlerNotFound',
  });
}

async function handleBuffered(invocation: NextInvocation): Promise<void> {
  try {
    await client.respond(invocation.requestId, await handler(invocation.event, contextOf(invocation)));
  } catch (error) {
    await reportError(invocation, error);
  }
}

async function handleStreaming(invocation: NextInvocation): Promise<void> {
  const stream = new ResponseStream(client, invocation.requestId);
  const broken = new Promise<never>((_, reject) => stream.once('error', reject));
  try {
    if (isStreaming(handler)) await handler(invocation.event, stream, contextOf(invocation));
    await Promise.race([stream.sent, broken]);
  } catch (error) {
    if (!stream.hasBegun) return reportError(invocation, error);
    logError(error);
    stream.fail(error);
    await stream.sent.catch(() => undefined);
  } finally {
    broken.catch(() => undefined);
  }
}

function contextOf({ requestId, deadlineMs, functionArn }: NextInvocation): object {
  return {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: functionArn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

async function reportError({ requestId }: NextInvocation, error: unknown): Promise<void> {
  logError(error);
  await client.fail(requestId, error);
}

function logError(error: unknown): void {
  console.error('Invoke Error', JSON.stringify(describeError(error)));
}

/** An exception outside the handler ends the environment, as on Lambda. */
function crash(error: unknown): void {
  console.error('Uncaught Exception', JSON.stringify(describeError(error)));
  const reported = current ? client.fail(current.requestId, error) : Promise.resolve();
  reported.catch(() => undefined).finally(() => process.exit(129));
}
