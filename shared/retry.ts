type RetryOptions = {
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

type Canceled = { name?: string; CancellationReasons?: { Code?: string }[] };

/** Why an item of a transaction was refused, where the same transaction may be taken a moment later. */
const PASSING_REASONS = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/**
 * True for a DynamoDB write that was refused only because another one was under way at the same item, or too many at
 * once in the table.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 */
export function isConflict(error: unknown): boolean {
  const { name, CancellationReasons } = error as Canceled;
  if (name === 'TransactionConflictException' || name === 'TransactionInProgressException') return true;
  if (name !== 'TransactionCanceledException') return false;
  const codes = (CancellationReasons ?? [])
    .map((reason) => reason.Code ?? 'None')
    .filter((code) => code !== 'None');
  return codes.length > 0 && codes.every((code) => PASSING_REASONS.has(code));
}

/** Runs a transaction again while it only conflicts. The caller keeps the same client token, so a lost answer is no second effect. */
export const retryConflicts = <T>(attempt: () => Promise<T>, options?: RetryOptions): Promise<T> =>
  retry(attempt, isConflict, options);

/** The reasons of a canceled transaction, one code per item ("None" where the item was fine); undefined for any other error. */
export function cancellationCodes(error: unknown): string[] | undefined {
  const { name, CancellationReasons } = error as Canceled;
  if (name !== 'TransactionCanceledException') return undefined;
  return (CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
}
