/** What did not answer in time. */
export class TimedOut extends Error {
  constructor(what: string, timeoutMs: number) {
    super(`${what} did not answer within ${Math.round(timeoutMs)} ms`);
    this.name = 'TimedOut';
  }
}

/**
 * The result of some work, if it comes in time. The signal is aborted when it does not; work that does not listen to
 * it goes on by itself.
 * @throws TimedOut
 */
export async function within<T>(
  timeoutMs: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const giveUp = () => {
    const error = new TimedOut(what, timeoutMs);
    reject(error);
    abort.abort(error);
  };
  // After a pause of the whole process a timer is over before the answer that waits in the socket is read.
  const timer = setTimeout(() => setImmediate(giveUp), timeoutMs);
  try {
    return await Promise.race([work(abort.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
