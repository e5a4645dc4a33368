/**
 * The ids that a partial batch response reports as failed; every id when the response is not understood.
 * @param answer  what the function answered: nothing, or `{batchItemFailures: [{itemIdentifier}]}`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedMessages(answer: unknown, messageIds: readonly string[]): Set<string> {
  const failures = (answer as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return new Set(messageIds);
  const failed = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  const isKnown = (id: unknown): id is string => typeof id === 'string' && messageIds.includes(id);
  return failed.every(isKnown) ? new Set(failed) : new Set(messageIds);
}
