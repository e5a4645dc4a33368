import { Problem } from '../problem.ts';
import { PLANS } from '../workspaces/plans.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import type { MonthlyQuota } from './link-store.ts';

/** The quota of links of a workspace's plan in the calendar month (UTC) of an instant; undefined without limit. */
export function linkQuota({ workspaceId, plan }: Workspace, nowMs: number): MonthlyQuota | undefined {
  const links = PLANS[plan].linksAMonth;
  return links === undefined
    ? undefined
    : { workspaceId, links, month: new Date(nowMs).toISOString().slice(0, 7) };
}

/** The refusal of a link beyond the quota; it may come again when the next month begins. */
export function quotaExceeded({ links, month }: MonthlyQuota, nowMs: number): Problem {
  const now = new Date(nowMs);
  const nextMonthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
  return new Problem(
    'monthly_quota_exceeded',
    `The ${links} links that the plan includes for ${month} are used up; the next month begins ${new Date(nextMonthMs).toISOString()}`,
    { retryAfterSeconds: Math.ceil((nextMonthMs - nowMs) / 1000) },
  );
}
