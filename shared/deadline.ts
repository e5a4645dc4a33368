/** What was given up because the time of its invocation was over: nobody knows how far it came. */
export class DeadlineError extends Error {
  override name = 'DeadlineError';
}

/**
 * The outcome of some work. Once the signal is aborted nobody waits for it any more, and its failure is nobody's.
 * @throws the reason of the signal
 */
export async function beforeAbort<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
