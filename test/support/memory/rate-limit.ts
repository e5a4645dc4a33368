import { type RateLimiter, rateLimitOf, windowAt } from '#shared/workspaces/rate-limit.ts';

/** Counters in memory. */
export function memoryRateLimiter(): RateLimiter {
  const counts = new Map<string, number>();
  return {
    take: async ({ scope, key, limit, windowSeconds }, nowMs) => {
      const { start, end } = windowAt(nowMs, windowSeconds);
      const name = `${scope}#${key}#${start}`;
      const used = (counts.get(name) ?? 0) + 1;
      counts.set(name, used);
      return rateLimitOf(used, limit, end, nowMs);
    },
  };
}
