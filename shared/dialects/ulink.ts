import type { Dialect } from './dialect.ts';

const CODES: Record<number, string> = {
  400: 'VALIDATION_ERROR',
  401: 'UNAUTHORIZED',
  402: 'PAYMENT_REQUIRED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  413: 'VALIDATION_ERROR',
  422: 'VALIDATION_ERROR',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_ERROR',
  503: 'UNAVAILABLE',
};

/** `{"success":false,"error":{"code","message"},"message"}`. */
export const ulink: Dialect = {
  problem: (problem) => ({
    status: problem.status,
    body: {
      success: false,
      error: { code: CODES[problem.status] ?? 'INTERNAL_ERROR', message: problem.message },
      message: problem.message,
    },
  }),
};
