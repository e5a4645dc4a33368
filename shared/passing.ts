import { cancellationCodes, isConflict } from '#shared/dynamodb/refusals.ts';

/** What services call "later", by name: DynamoDB's, S3's, SQS's and Lambda's words for too much at once, and for a bad moment. */
const NAMES =
  /Throttl|TooManyRequests|ThroughputExceeded|(^|Request)LimitExceeded|^SlowDown|^RequestTimeout|^ServiceUnavailable|^Internal(Server)?Error|^InternalFailure|^BandwidthLimitExceeded|^OperationAborted|^TransactionConflict|^TransactionInProgress|^ReplicatedWriteConflict|^PriorRequestNotComplete/;

/** Errors of whoever waited: of the SDK, of a signal, of our own deadlines. */
const TIMEOUTS = new Set(['TimeoutError', 'AbortError', 'TimedOut', 'DeadlineError']);

/** Errors of the connection, by Node's code. */
const CODES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

type Failure = {
  name?: string;
  code?: unknown;
  statusCode?: number;
  $metadata?: { httpStatusCode?: number };
};

/**
 * Whether a failed call to a service may succeed a moment later, just as it is: what throttles, conflicts, breaks off
 * or has a fault of its own. A refusal for what was asked does not pass.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function isPassing(error: unknown): boolean {
  if (error === null || typeof error !== 'object') return false;
  const { name = '', code, statusCode, $metadata } = error as Failure;
  if (cancellationCodes(error) !== undefined) return isConflict(error);
  const status = statusCode ?? $metadata?.httpStatusCode ?? 0;
  return (
    status >= 500 || status === 429 || NAMES.test(name) || TIMEOUTS.has(name) || CODES.has(String(code ?? ''))
  );
}
