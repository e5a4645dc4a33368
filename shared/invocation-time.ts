import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { DeadlineError } from './deadline.ts';

/** The time of an instance's invocations: each has one deadline, well inside its timeout. */
export type InvocationTime = {
  /** Of the invocation that asks; aborted at its deadline, and when it ends. */
  readonly signal: AbortSignal;
  /**
   * Runs an invocation. What it has not done by its deadline is given up, so that it can still be reported as failed:
   * the answer of a function that is ended by its timeout is lost, and then everything comes again.
   * @param remainingMs  until the function is ended
   */
  run<T>(remainingMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
};

/** @param reserveMs  kept free at the end of each invocation, for what is under way at the deadline and for the answer */
export function invocationTime(reserveMs: number): InvocationTime {
  // Lambda hands an instance one invocation after another; whoever hands it several at once has them kept apart.
  const signals = new AsyncLocalStorage<AbortSignal>();
  const outside = new AbortController().signal;
  return {
    get signal() {
      return signals.getStore() ?? outside;
    },
    async run(remainingMs, work) {
      const deadline = new AbortController();
      const timeMs = Math.max(0, remainingMs - reserveMs);
      const giveUp = () => deadline.abort(new DeadlineError(`not done within ${timeMs} ms, the deadline`));
      const timer = setTimeout(giveUp, timeMs);
      try {
        return await signals.run(deadline.signal, () => work(deadline.signal));
      } finally {
        clearTimeout(timer);
        // An instance sleeps between invocations; whatever is left would go on in the middle of a later one.
        deadline.abort(new DeadlineError('its invocation is over'));
        // What was aborted fails in this turn, before somebody else can come to wait for it.
        await turn();
      }
    },
  };
}
