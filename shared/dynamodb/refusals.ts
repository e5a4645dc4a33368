/** Why DynamoDB did not write: what passes by itself, and what was refused for good. */
import { type RetryOptions, retry } from '../retry.ts';

type Canceled = { name?: string; CancellationReasons?: { Code?: string }[] };

/** The code of a write whose condition did not hold. */
export const REFUSED = 'ConditionalCheckFailed';

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

/** True for a write, or a transaction with one, whose condition did not hold. */
export const isRefused = (error: unknown): boolean =>
  (error as Canceled).name === 'ConditionalCheckFailedException' ||
  (cancellationCodes(error)?.includes(REFUSED) ?? false);
