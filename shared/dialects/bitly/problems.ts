import * as z from 'zod';
import type { ProblemStatus } from '../../problem.ts';
import type { Wording } from '../dialect.ts';

const MESSAGES: Record<ProblemStatus, string> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  402: 'UPGRADE_REQUIRED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  410: 'GONE',
  412: 'PRECONDITION_FAILED',
  413: 'BAD_REQUEST',
  415: 'BAD_REQUEST',
  422: 'UNPROCESSABLE_ENTITY',
  429: 'RATE_LIMIT_EXCEEDED',
  500: 'INTERNAL_ERROR',
  503: 'TEMPORARILY_UNAVAILABLE',
};

const refusal = z
  .strictObject({
    message: z.enum([...new Set(Object.values(MESSAGES))]),
    description: z.string().min(1),
    resource: z.literal('exports'),
    errors: z.array(z.strictObject({ field: z.string(), error_code: z.string(), message: z.string() })),
  })
  .meta({ id: 'BitlyRefusal' });

/** `{"message","description","resource","errors":[{"field","error_code","message"}]}`. */
export const bitlyProblems: Wording = {
  problem: (problem) => ({
    status: problem.status,
    body: {
      message: MESSAGES[problem.status],
      description: problem.message,
      resource: 'exports',
      errors:
        problem.field === undefined
          ? []
          : [{ field: problem.field, error_code: 'invalid', message: problem.message }],
    },
  }),
  refusal: () => refusal,
};
