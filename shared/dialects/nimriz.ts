import type { Dialect } from './dialect.ts';

/** The native dialect: `{"error","code","support_reference"}` and whatever the code adds. */
export const nimriz: Dialect = {
  problem: (problem, { requestId }) => ({
    status: problem.code === 'payment_required' ? 403 : problem.status,
    body: {
      error: problem.message,
      code: problem.code === 'payment_required' ? 'feature_not_enabled' : problem.code,
      ...(problem.field === undefined ? {} : { field: problem.field }),
      ...problem.details,
      support_reference: requestId,
    },
  }),
};
