import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { RUN_CACHED } from '../children/start-child.ts';
import { type Answer, openAnswer } from './answer.ts';
import type { FunctionDescription } from './describe-functions.ts';
import { eachLine } from './each-line.ts';
import { FunctionError, parseFunctionError } from './function-error.ts';
import type { RuntimeApi, RuntimeCalls } from './runtime-api.ts';
import { runtimeVariables } from './runtime-variables.ts';

const BOOTSTRAP = fileURLToPath(new URL('./runtime/bootstrap.ts', import.meta.url));
/** The part of a function's memory that is given to its heap, as on Lambda. */
const HEAP_SHARE = 0.9;

/** What loading a function may take before its own timeout begins. @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
const INIT_MS = 10_000;

/** An environment that nobody has needed for so long is ended, unless it is the last. */
const IDLE_MS = 60_000;

/** One event on its way through a function. */
export interface Invocation {
  requestId: string;
  event: string;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

export interface EnvironmentOptions {
  description: FunctionDescription;
  runtimeApi: RuntimeApi;
  /** Variables for every function: endpoints and credentials. */
  shared: Record<string, string>;
  /** Takes the output of the process. */
  log(line: string): void;
  /** Nobody has needed it for a minute. */
  onUnneeded(environment: Environment): void;
  /** It is ready for an event. */
  onIdle(environment: Environment): void;
  /** It is gone; `initError` when it never became ready. */
  onExit(environment: Environment, initError?: FunctionError): void;
  /** It went in the middle of an event. */
  onCrash(environment: Environment): void;
}

/** An execution environment: one process, one event at a time. */
export class Environment implements RuntimeCalls {
  readonly #id = randomUUID();
  readonly #options: EnvironmentOptions;
  readonly #process: ChildProcess;
  #waiting: ServerResponse | undefined;
  #current: Invocation | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #timedOut = false;
  #initError: FunctionError | undefined;
  #ready = false;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    const { description, runtimeApi, shared, log } = options;
    const address = runtimeApi.attach(this.#id, this);
    const heapMb = Math.floor(description.memoryMb * HEAP_SHARE);
    this.#process = spawn(process.execPath, [`--max-old-space-size=${heapMb}`, RUN_CACHED, BOOTSTRAP], {
      cwd: description.folder,
      env: {
        ...runtimeVariables(description, { runtimeApi: address, logStream: this.#id }),
        ...shared,
        ...description.environment,
      },
      // The fourth is the pipe whose closing ends the process.
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) eachLine(stream!, log);
    this.#process.once('error', (error) => {
      this.#initError = new FunctionError('Runtime.ExitError', error.message);
    });
    this.#expectWithin(INIT_MS + description.timeoutMs);
    this.#process.once('close', (code, signal) => this.#exited(code, signal));
  }

  /** Its name among all environments, as the function knows it too. */
  get logStream(): string {
    return this.#id;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isIdle(): boolean {
    return this.#waiting !== undefined;
  }

  get isBusy(): boolean {
    return this.#current !== undefined;
  }

  get isStarting(): boolean {
    return !this.#ready;
  }

  /** Ends the process at once and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const closed = once(this.#process, 'close');
    this.#process.kill('SIGKILL');
    await closed;
  }

  /** Hands an event to the waiting runtime and sets its deadline. */
  run(invocation: Invocation): void {
    const { timeoutMs, arn } = this.#options.description;
    this.#current = invocation;
    clearTimeout(this.#deadline);
    this.#expectWithin(timeoutMs);
    this.#waiting?.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.requestId,
      'lambda-runtime-deadline-ms': Date.now() + timeoutMs,
      'lambda-runtime-invoked-function-arn': arn,
    });
    this.#waiting?.end(invocation.event);
    this.#waiting = undefined;
  }

  next(response: ServerResponse): void {
    clearTimeout(this.#deadline);
    this.#ready = true;
    this.#waiting = response;
    this.#deadline = setTimeout(() => this.#options.onUnneeded(this), IDLE_MS);
    this.#options.onIdle(this);
  }

  async respond(requestId: string, request: IncomingMessage): Promise<void> {
    const invocation = this.#invocation(requestId);
    invocation.resolve(openAnswer(request));
    // The time that a function has includes the time it takes to send its answer.
    await finished(request);
    this.#settle();
  }

  fail(requestId: string, body: string): void {
    const invocation = this.#invocation(requestId);
    this.#settle();
    invocation.reject(parseFunctionError(body));
  }

  failInit(body: string): void {
    this.#initError = parseFunctionError(body);
  }

  #expectWithin(timeoutMs: number): void {
    this.#deadline = setTimeout(() => {
      this.#timedOut = true;
      this.#process.kill('SIGKILL');
    }, timeoutMs);
  }

  #invocation(requestId: string): Invocation {
    if (this.#current?.requestId === requestId) return this.#current;
    throw new Error(`${requestId} is not the invocation in hand`);
  }

  #settle(): void {
    clearTimeout(this.#deadline);
    this.#current = undefined;
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    const { runtimeApi, log, onExit, onCrash } = this.#options;
    runtimeApi.detach(this.#id);
    const invocation = this.#current;
    this.#settle();
    this.#waiting = undefined;
    const how = signal ? `signal: ${signal}` : `exit status ${code}`;
    const reason = this.#reasonOfExit(invocation?.requestId, how);
    if (invocation) {
      log(`Runtime Error ${reason.message}`);
      invocation.reject(reason);
      onCrash(this);
    }
    onExit(this, this.#ready ? undefined : (this.#initError ?? reason));
  }

  #reasonOfExit(requestId: string | undefined, how: string): FunctionError {
    const subject = requestId ? `RequestId: ${requestId} Error: ` : '';
    if (!this.#timedOut)
      return new FunctionError('Runtime.ExitError', `${subject}Runtime exited with error: ${how}`);
    const seconds = (this.#options.description.timeoutMs / 1000).toFixed(2);
    return new FunctionError('Sandbox.Timedout', `${subject}Task timed out after ${seconds} seconds`);
  }
}
