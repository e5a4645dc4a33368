import * as z from 'zod';
import type { ProblemCode } from '../../problem.ts';
import type { Wording } from '../dialect.ts';

const CODES: Partial<Record<ProblemCode, { status: number; code: string }>> = {
  unauthorized: { status: 401, code: 'SML003' },
  payment_required: { status: 402, code: 'QE001' },
  feature_not_enabled: { status: 402, code: 'QE001' },
  plan_limit: { status: 402, code: 'QE001' },
  not_found: { status: 404, code: 'EN001' },
  rate_limited: { status: 429, code: 'SML005' },
  date_range_exceeds_retention: { status: 400, code: 'VE001' },
};

const refusal = z
  .strictObject({
    errors: z
      .array(
        z.strictObject({
          code: z.string().regex(/^(?:VE001|QE001|EN001|SML\d{3})$/),
          message: z.string().min(1),
          details: z
            .strictObject({
              kind: z.literal('rate_limit_exceeded'),
              scope: z.string(),
              limitPerMin: z.int(),
              retryAfterSeconds: z.int(),
            })
            .optional(),
        }),
      )
      .length(1),
  })
  .meta({ id: 'CodelloyRefusal' });

/** `{"errors":[{"code","message","details"?}]}`: VE001 for mode, range and cursor, SML002 for a field. */
export const codelloyProblems: Wording = {
  problem: (problem) => {
    const known = CODES[problem.code];
    const fallback =
      problem.status === 400 ? (problem.field === undefined ? 'VE001' : 'SML002') : `SML${problem.status}`;
    const details = Object.keys(problem.details).length > 0 ? { details: problem.details } : {};
    return {
      status: known?.status ?? problem.status,
      body: { errors: [{ code: known?.code ?? fallback, message: problem.message, ...details }] },
    };
  },
  refusal: () => refusal,
};
