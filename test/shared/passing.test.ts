import { isPassing } from '#shared/passing.ts';

const named = (name: string, more: object = {}) => Object.assign(new Error('x'), { name, ...more });
const canceled = (...codes: string[]) =>
  named('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) });

test.each([
  // DynamoDB
  named('ThrottlingException'),
  named('ProvisionedThroughputExceededException'),
  named('RequestLimitExceeded'),
  named('LimitExceededException'),
  named('InternalServerError'),
  named('TransactionConflictException'),
  named('TransactionInProgressException'),
  canceled('None', 'TransactionConflict'),
  canceled('ThrottlingError', 'None'),
  canceled('ProvisionedThroughputExceeded', 'TransactionConflict'),
  // S3
  named('SlowDown'),
  named('InternalError'),
  named('ServiceUnavailable'),
  named('RequestTimeout'),
  named('OperationAborted'),
  named('503', { $metadata: { httpStatusCode: 503 } }),
  named('Anything', { $metadata: { httpStatusCode: 429 } }),
  // SQS
  named('RequestThrottled'),
  named('KmsThrottled'),
  // Whoever waits, and the way there
  named('TimeoutError'),
  named('AbortError'),
  named('DeadlineError'),
  named('Error', { code: 'ECONNRESET' }),
  named('Error', { code: 'ENOTFOUND' }),
  named('AggregateError', { code: 'ECONNREFUSED' }),
])('%s passes', (error) => {
  expect(isPassing(error)).toBe(true);
});

test.each([
  named('ConditionalCheckFailedException'),
  named('ValidationException', { $metadata: { httpStatusCode: 400 } }),
  named('AccessDeniedException'),
  named('ResourceNotFoundException'),
  named('NoSuchKey', { $metadata: { httpStatusCode: 404 } }),
  canceled('ConditionalCheckFailed', 'TransactionConflict'),
  canceled('ValidationError', 'None'),
  canceled('None', 'None'),
  new TypeError('x is undefined'),
  'a text',
  null,
  undefined,
])('%s does not', (error) => {
  expect(isPassing(error)).toBe(false);
});
