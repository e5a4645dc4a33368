import * as z from 'zod';
import type { ProblemStatus } from '../../problem.ts';
import type { Wording } from '../dialect.ts';

const CODES: Record<ProblemStatus, string> = {
  400: 'VALIDATION_ERROR',
  401: 'UNAUTHORIZED',
  402: 'PAYMENT_REQUIRED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  410: 'GONE',
  412: 'PRECONDITION_FAILED',
  413: 'VALIDATION_ERROR',
  415: 'VALIDATION_ERROR',
  422: 'VALIDATION_ERROR',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_ERROR',
  503: 'UNAVAILABLE',
};

const refusal = z
  .strictObject({
    success: z.literal(false),
    error: z.strictObject({ code: z.enum([...new Set(Object.values(CODES))]), message: z.string().min(1) }),
    message: z.string().min(1),
  })
  .meta({ id: 'UlinkRefusal' });

/** `{"success":false,"error":{"code","message"},"message"}`. */
export const ulinkProblems: Wording = {
  problem: (problem) => ({
    status: problem.status,
    body: {
      success: false,
      error: { code: CODES[problem.status], message: problem.message },
      message: problem.message,
    },
  }),
  refusal: () => refusal,
};
