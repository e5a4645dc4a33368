import { Problem } from '../problem.ts';
import { PLANS } from './plans.ts';
import { type RateLimiter, type RateLimitTake, rateLimitHeaders } from './rate-limit.ts';
import type { Principal, Workspace } from './workspace.ts';

/** Requests a minute that one key may make, its sessions included: a hundred a second, what a bulk job needs. */
export const REQUESTS_A_MINUTE = 6_000;

/** What a plan limits by itself, for a whole workspace: how much, and how it is counted and called. */
const PLAN_LIMITS = {
  export: {
    scope: 'events-export',
    limit: ({ exportRequestsAMinute, plan }: Workspace) =>
      exportRequestsAMinute ?? PLANS[plan].exportRequestsAMinute,
  },
} as const satisfies Record<string, { scope: string; limit(workspace: Workspace): number }>;

export type PlanLimit = keyof typeof PLAN_LIMITS;

/** A route as its limit sees it: one that the plan limits counts for itself. */
export type LimitedRoute = { planLimit?: PlanLimit };

/**
 * Counts a request of a caller and gives the RateLimit-* headers of its answer, whichever that becomes. Without the
 * counter nobody passes: a key that leaked must not be unlimited while the table is down.
 * @throws Problem 'rate_limited' with Retry-After beyond the limit
 */
export async function limitRequests(
  limiter: RateLimiter,
  principal: Principal,
  { planLimit }: LimitedRoute,
  nowMs: number,
): Promise<Record<string, string>> {
  const use = await limiter.take(takeOf(principal, planLimit), nowMs);
  const headers = rateLimitHeaders(use);
  if (use.allowed) return headers;
  const what =
    planLimit === undefined
      ? `Too many requests: a key may make ${use.limit} a minute`
      : `Too many ${planLimit}s: the plan allows ${use.limit} a minute`;
  throw new Problem('rate_limited', `${what}; the next minute begins in ${use.resetSeconds} s.`, {
    retryAfterSeconds: use.resetSeconds,
    headers,
    // The one dialect with limits of its own says them in the body, too.
    ...(planLimit && {
      details: {
        kind: 'rate_limit_exceeded',
        scope: planLimit,
        limitPerMin: use.limit,
        retryAfterSeconds: use.resetSeconds,
      },
    }),
  });
}

function takeOf({ keyId, workspace }: Principal, planLimit: PlanLimit | undefined): RateLimitTake {
  if (planLimit === undefined) {
    // A session of an external issuer has no key: its workspace is counted.
    return { scope: 'requests', key: keyId ?? workspace.workspaceId, limit: REQUESTS_A_MINUTE };
  }
  const { scope, limit } = PLAN_LIMITS[planLimit];
  return { scope, key: workspace.workspaceId, limit: limit(workspace) };
}
