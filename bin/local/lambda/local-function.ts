import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type Answer, readAnswer } from './answer.ts';
import type { FunctionDescription } from './describe-functions.ts';
import { Environment, type EnvironmentOptions, type Invocation } from './environment.ts';

/** More processes than this per function only share the same processors; what is beyond waits. */
const MAX_ENVIRONMENTS = Math.max(4, availableParallelism());

type Options = Pick<EnvironmentOptions, 'description' | 'runtimeApi' | 'shared' | 'log' | 'onCrash'>;

/** A function with as many environments as its events need. */
export class LocalFunction {
  readonly description: FunctionDescription;
  readonly #options: Options;
  readonly #environments = new Set<Environment>();
  readonly #queue: Invocation[] = [];
  #closed = false;
  #whenIdle: PromiseWithResolvers<void> | undefined;

  constructor(options: Options) {
    this.description = options.description;
    this.#options = options;
  }

  /** How many events it works on at once, at most. */
  get concurrency(): number {
    return Math.min(this.description.reservedConcurrency ?? MAX_ENVIRONMENTS, MAX_ENVIRONMENTS);
  }

  /** The processes that run it now. */
  get pids(): number[] {
    return [...this.#environments].map(({ pid }) => pid).filter((pid) => pid !== undefined);
  }

  /**
   * Runs it on an event and gives its answer as soon as that begins.
   * @throws FunctionError
   */
  open(event: unknown): Promise<Answer> {
    if (this.#closed) return Promise.reject(new Error(`${this.description.label} is stopped`));
    return new Promise((resolve, reject) => {
      this.#queue.push({ requestId: randomUUID(), event: JSON.stringify(event), resolve, reject });
      this.#pump();
    });
  }

  /**
   * Runs it on an event and gives the parsed answer.
   * @throws FunctionError
   */
  async invoke(event: unknown): Promise<unknown> {
    return JSON.parse(await readAnswer(await this.open(event)));
  }

  /** Kills its processes, as a crash would. */
  async kill(): Promise<number> {
    const environments = [...this.#environments];
    await Promise.all(environments.map((environment) => environment.kill()));
    return environments.length;
  }

  /** Takes no more events, waits for those in hand up to `graceMs`, then ends its processes. */
  async stop(graceMs: number): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#queue.splice(0)) reject(new Error(`${this.description.label} is stopped`));
    await Promise.race([this.#idle(), new Promise((resolve) => setTimeout(resolve, graceMs).unref())]);
    await this.kill();
  }

  #pump(): void {
    for (const environment of this.#environments) {
      if (!environment.isIdle) continue;
      const invocation = this.#queue.shift();
      if (!invocation) return;
      environment.run(invocation);
    }
    const starting = [...this.#environments].filter(({ isStarting }) => isStarting).length;
    const wanted = Math.min(this.#queue.length - starting, this.concurrency - this.#environments.size);
    for (let started = 0; started < wanted; started += 1) this.#start();
  }

  #start(): void {
    const environment = new Environment({
      ...this.#options,
      onUnneeded: (unneeded) => {
        if (this.#environments.size > 1) void unneeded.kill();
      },
      onIdle: () => this.#changed(),
      onExit: (ended, initError) => {
        this.#environments.delete(ended);
        if (initError) this.#queue.shift()?.reject(initError);
        this.#changed();
      },
    });
    this.#environments.add(environment);
  }

  #changed(): void {
    this.#pump();
    if (!this.#isBusy) this.#whenIdle?.resolve();
  }

  get #isBusy(): boolean {
    return this.#queue.length > 0 || [...this.#environments].some(({ isBusy }) => isBusy);
  }

  #idle(): Promise<void> {
    if (!this.#isBusy) return Promise.resolve();
    this.#whenIdle ??= Promise.withResolvers();
    return this.#whenIdle.promise;
  }
}
