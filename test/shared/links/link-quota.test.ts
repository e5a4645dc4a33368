import { linkQuota, quotaExceeded } from '#shared/links/link-quota.ts';
import type { PlanName } from '#shared/workspaces/plans.ts';

const workspace = (plan: PlanName) => ({
  workspaceId: 'w',
  name: 'W',
  plan,
  status: 'active' as const,
  notifyEmail: null,
  eventRequestsAMinute: null,
  exportRequestsAMinute: null,
  createdAtMs: 0,
});

test('months are UTC months', () => {
  const last = Date.parse('2026-12-31T23:59:59.999Z');
  expect(linkQuota(workspace('free'), last)).toEqual({ workspaceId: 'w', links: 50, month: '2026-12' });
  expect(linkQuota(workspace('free'), last + 1)?.month).toBe('2027-01');
});

test('a plan without limit has no quota', () => {
  expect(linkQuota(workspace('enterprise'), 0)).toBeUndefined();
});

test('the refusal says when the next month begins', () => {
  const nowMs = Date.parse('2026-12-31T23:59:00.500Z');
  const problem = quotaExceeded({ workspaceId: 'w', links: 50, month: '2026-12' }, nowMs);
  expect(problem).toMatchObject({ code: 'monthly_quota_exceeded', status: 429, retryAfterSeconds: 60 });
});
