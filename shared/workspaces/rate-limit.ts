/** One use of a counted thing. */
export type RateLimitTake = {
  /** What is counted, such as `requests` or `password`. */
  scope: string;
  /** Whose count it is. Stored as it is: never an address of a visitor in the clear. */
  key: string;
  /** Uses allowed in a window. */
  limit: number;
  /** 60 unless given. */
  windowSeconds?: number;
};

export type RateLimit = {
  allowed: boolean;
  limit: number;
  /** Uses left in this window, never below 0. */
  remaining: number;
  /** Whole seconds until the window ends, at least 1. */
  resetSeconds: number;
};

/** Counts uses in fixed windows that begin at multiples of their length. A use beyond the limit counts too. */
export type RateLimiter = {
  take(take: RateLimitTake, nowMs: number): Promise<RateLimit>;
};

export const WINDOW_SECONDS = 60;

/** The window that an instant falls into, in seconds since the epoch: `start` included, `end` not. */
export function windowAt(nowMs: number, windowSeconds: number = WINDOW_SECONDS) {
  const start = Math.floor(nowMs / 1000 / windowSeconds) * windowSeconds;
  return { start, end: start + windowSeconds };
}

/** What the `used`-th use of a window comes to. */
export function rateLimitOf(used: number, limit: number, windowEnd: number, nowMs: number): RateLimit {
  return {
    allowed: used <= limit,
    limit,
    remaining: Math.max(0, limit - used),
    resetSeconds: Math.max(1, Math.ceil(windowEnd - nowMs / 1000)),
  };
}

/** The headers that tell a caller where it stands; the contract, section 3. */
export const rateLimitHeaders = ({ limit, remaining, resetSeconds }: RateLimit): Record<string, string> => ({
  'ratelimit-limit': String(limit),
  'ratelimit-remaining': String(remaining),
  'ratelimit-reset': String(resetSeconds),
});
