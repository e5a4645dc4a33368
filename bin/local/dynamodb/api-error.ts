import type { ApiError } from './dynalite.ts';

const apiError = (type: string, message: string, extra: object = {}): ApiError =>
  Object.assign(new Error(message), { statusCode: 400, body: { __type: type, message, ...extra } });

/** A DynamoDB error of the given name, e.g. `IdempotentParameterMismatchException`. */
export const dynamoDbError = (name: string, message: string, extra: object = {}): ApiError =>
  apiError(`com.amazonaws.dynamodb.v20120810#${name}`, message, extra);

export const validationError = (message: string): ApiError =>
  apiError('com.amazon.coral.validate#ValidationException', message);

/** Tells an answer of the API from an accident. */
export const isApiError = (error: unknown): error is ApiError =>
  error instanceof Error && 'statusCode' in error && 'body' in error;
