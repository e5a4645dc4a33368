import * as z from 'zod';
import type { Wording } from '../dialect.ts';

const refusal = z
  .strictObject({
    error: z.string().min(1).describe('What was wrong, what was got, what is allowed.'),
    code: z.string(),
    field: z.string().min(1).optional().describe('The field that is wrong, as the request spelled it.'),
    earliest_available: z.iso
      .date()
      .optional()
      .describe('Of date_range_exceeds_retention: the first whole day kept.'),
    active_job_ids: z.array(z.guid()).optional().describe('Of too_many_export_jobs: those that run or wait.'),
    regenerate_url: z.url().optional().describe('Of export_expired: a POST there makes the file anew.'),
    found: z.array(z.string()).optional().describe('Of domain_not_proven: the values of its TXT records.'),
    wanted: z.string().optional().describe('Of domain_not_proven: the value that would prove it.'),
    support_reference: z.string().min(1).describe('The log carries the same.'),
  })
  .meta({ id: 'NimrizRefusal' });

/** `{"error","code","support_reference"}` and whatever the code adds. */
export const nimrizProblems: Wording = {
  problem: (problem, { requestId }) => ({
    status: problem.code === 'payment_required' ? 403 : problem.status,
    body: {
      error: problem.message,
      code: problem.code === 'payment_required' ? 'feature_not_enabled' : problem.code,
      // A column without a name is wrong, but none to name.
      ...(problem.field ? { field: problem.field } : {}),
      ...problem.details,
      support_reference: requestId,
    },
  }),
  refusal: (examples) => {
    const codes = examples.map((example) => (example as { code: string }).code);
    return z.intersection(refusal, z.looseObject({ code: z.enum([...new Set(codes)]) }));
  },
};
