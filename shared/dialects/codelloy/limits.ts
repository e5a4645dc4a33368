import { KEY_REQUESTS, type RequestLimit } from '../../workspaces/limit-requests.ts';
import { PLANS } from '../../workspaces/plans.ts';

/** Its routes are limited by the plan, each for a whole workspace, and the body says so, too. */
export const codelloyLimits = {
  requests: KEY_REQUESTS,
  export: {
    scope: 'events-export',
    per: 'workspace',
    aMinute: ({ exportRequestsAMinute, plan }) => exportRequestsAMinute ?? PLANS[plan].exportRequestsAMinute,
    tooMany: (limit) => `Too many exports: the plan allows ${limit} a minute`,
    details: ({ limit, resetSeconds }) => ({
      kind: 'rate_limit_exceeded',
      scope: 'export',
      limitPerMin: limit,
      retryAfterSeconds: resetSeconds,
    }),
  },
} as const satisfies Record<string, RequestLimit>;
