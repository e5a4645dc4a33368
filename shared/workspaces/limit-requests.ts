import type { DialectName } from '../dialects/dialects.ts';
import { Problem } from '../problem.ts';
import { type RateLimiter, rateLimitHeaders } from './rate-limit.ts';
import type { Principal } from './workspace.ts';

/** Requests a minute that one key may make, its sessions included: a hundred a second, what a bulk job needs. */
export const REQUESTS_A_MINUTE = 6_000;

/** Dialects whose page sets limits of its own; their routes count for themselves, by the plan. */
const LIMITED_BY_PLAN: ReadonlySet<DialectName> = new Set(['codelloy']);

/**
 * Counts a request of a caller and gives the RateLimit-* headers of its answer. Without the counter nobody passes:
 * a key that leaked must not be unlimited while the table is down.
 * @throws Problem 'rate_limited' with Retry-After beyond REQUESTS_A_MINUTE
 */
export async function limitRequests(
  limiter: RateLimiter,
  principal: Principal,
  route: { dialect: DialectName },
  nowMs: number,
): Promise<Record<string, string>> {
  if (LIMITED_BY_PLAN.has(route.dialect)) return {};
  // A session of an external issuer has no key: its workspace is counted.
  const key = principal.keyId ?? principal.workspace.workspaceId;
  const use = await limiter.take({ scope: 'requests', key, limit: REQUESTS_A_MINUTE }, nowMs);
  const headers = rateLimitHeaders(use);
  if (use.allowed) return headers;
  throw new Problem(
    'rate_limited',
    `Too many requests: a key may make ${use.limit} a minute; the next minute begins in ${use.resetSeconds} s.`,
    { retryAfterSeconds: use.resetSeconds, headers },
  );
}
