import { Problem } from '../problem.ts';
import { type RateLimit, type RateLimiter, rateLimitHeaders } from './rate-limit.ts';
import type { Principal, Workspace } from './workspace.ts';

/** How many requests a minute are taken, whose, and what is said to one too many. */
export type RequestLimit = {
  /** The counter's name: limits of one name count together. */
  scope: string;
  /** Whose requests are counted. A session counts with its key; one of an external issuer has none: its workspace is counted. */
  per: 'key' | 'workspace';
  aMinute(workspace: Workspace): number;
  /** The beginning of a sentence that goes on with when to come back. @param limit  requests a minute */
  tooMany(limit: number): string;
  /** Further members of the refusal. */
  details?(use: RateLimit): Record<string, unknown>;
};

/** Requests a minute that one key may make, its sessions included: a hundred a second, what a bulk job needs. */
export const REQUESTS_A_MINUTE = 6_000;

/** The limit of whatever has none of its own. */
export const KEY_REQUESTS: RequestLimit = {
  scope: 'requests',
  per: 'key',
  aMinute: () => REQUESTS_A_MINUTE,
  tooMany: (limit) => `Too many requests: a key may make ${limit} a minute`,
};

/**
 * Counts a request of a caller and gives the RateLimit-* headers of its answer, whichever that becomes. Without the
 * counter nobody passes: a key that leaked must not be unlimited while the table is down.
 * @throws Problem 'rate_limited' with Retry-After beyond the limit
 */
export async function limitRequests(
  limiter: RateLimiter,
  { keyId, workspace }: Principal,
  { scope, per, aMinute, tooMany, details }: RequestLimit,
  nowMs: number,
): Promise<Record<string, string>> {
  const key = (per === 'key' ? keyId : null) ?? workspace.workspaceId;
  const use = await limiter.take({ scope, key, limit: aMinute(workspace) }, nowMs);
  const headers = rateLimitHeaders(use);
  if (use.allowed) return headers;
  const message = `${tooMany(use.limit)}; the next minute begins in ${use.resetSeconds} s.`;
  throw new Problem('rate_limited', message, {
    retryAfterSeconds: use.resetSeconds,
    headers,
    details: details?.(use),
  });
}
