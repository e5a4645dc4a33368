import type { FunctionDescription } from './describe-functions.ts';
import { type FunctionLog, openFunctionLog } from './function-log.ts';
import { LocalFunction } from './local-function.ts';
import { RuntimeApi } from './runtime-api.ts';

interface Options {
  descriptions: FunctionDescription[];
  /** Variables for every function: the endpoints. */
  shared: Record<string, string>;
  logDir: string;
  /** Takes the lines that a person should see. */
  show(line: string): void;
  /** A process of a function ended in the middle of an event. @param logStream  its name, as the function knew it */
  onCrash?(logStream: string): void;
}

/** All functions of the stack, behind one Runtime API. */
export class LocalFunctions {
  readonly #functions: LocalFunction[];
  readonly #logs: FunctionLog[];
  readonly #runtimeApi: RuntimeApi;

  private constructor(runtimeApi: RuntimeApi, { descriptions, shared, logDir, show, onCrash }: Options) {
    this.#runtimeApi = runtimeApi;
    this.#logs = descriptions.map(({ label }) => openFunctionLog(logDir, label, show));
    this.#functions = descriptions.map(
      (description, index) =>
        new LocalFunction({
          description,
          runtimeApi,
          shared,
          log: (line) => this.#logs[index]!.write(line),
          onCrash: ({ logStream }) => onCrash?.(logStream),
        }),
    );
  }

  static async open(options: Options): Promise<LocalFunctions> {
    const runtimeApi = new RuntimeApi();
    await runtimeApi.listen();
    return new LocalFunctions(runtimeApi, options);
  }

  /**
   * A function by its short name, its name or its ARN; also by an ARN that something follows.
   * @throws Error that lists the functions there are
   */
  find(reference: string): LocalFunction {
    const found = this.#functions.find(
      ({ description: { label, name, arn } }) =>
        reference === label || reference === name || reference === arn || reference.includes(`${arn}/`),
    );
    if (found) return found;
    const labels = this.#functions.map(({ description }) => description.label).join(', ');
    throw new Error(`there is no function ${reference}; there are: ${labels}`);
  }

  /** Runs a function on an event. @throws FunctionError */
  invoke(reference: string, event: unknown): Promise<unknown> {
    return this.find(reference).invoke(event);
  }

  /** Kills the processes of a function, as a crash would, and tells how many there were. */
  kill(reference: string): Promise<number> {
    return this.find(reference).kill();
  }

  /** The processes that run a function now. */
  pids(reference: string): number[] {
    return this.find(reference).pids;
  }

  async stop(graceMs: number): Promise<void> {
    await Promise.all(this.#functions.map((one) => one.stop(graceMs)));
    this.#runtimeApi.close();
    await Promise.all(this.#logs.map((log) => log.close()));
  }
}
