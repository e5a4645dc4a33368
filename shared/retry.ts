export type RetryOptions = {
  attempts?: number;
  /** Longest wait before the first retry, ms; it doubles each time, with full jitter. */
  baseMs?: number;
  sleep?: (ms: number) => Promise<void>;
  random?: () => number;
};

/** Waits. */
export const sleepFor = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Runs `attempt` again while it fails for reasons that pass by themselves, with exponential backoff and full jitter.
 * @throws the last error, or at once any error that `passes` does not accept
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  passes: (error: unknown) => boolean,
  { attempts = 8, baseMs = 25, sleep = sleepFor, random = Math.random }: RetryOptions = {},
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= attempts || !passes(error)) throw error;
      await sleep(random() * baseMs * 2 ** (tried - 1));
    }
  }
}
