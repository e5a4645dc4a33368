/** One answer of the database: when it was asked and answered by the clock here, and its `Date` by the clock there. */
export type ClockReading = { sentAtMs: number; receivedAtMs: number; dateMs: number };

/** A reading counts for so long. */
const READING_MS = 60_000;
/** The `Date` header has whole seconds, cut off. */
const DATE_RESOLUTION_MS = 999;

/** How far the clock here is from the database's, as its answers of the last minute tell. */
export class ClockWatch {
  /** Oldest first, each less than the one before: a reading that a later one outdoes is of no use any more. */
  #readings: { skewMs: number; atMs: number }[] = [];

  observe(reading: ClockReading): void {
    const skewMs = certainSkewMs(reading);
    const atMs = reading.receivedAtMs;
    this.#readings = [...this.#recent(atMs).filter((other) => other.skewMs > skewMs), { skewMs, atMs }];
  }

  /** The largest difference that is proved, in ms; undefined when there was no answer. */
  skewMs(nowMs: number): number | undefined {
    return this.#recent(nowMs)[0]?.skewMs;
  }

  #recent(nowMs: number) {
    return this.#readings.filter(({ atMs }) => Math.abs(nowMs - atMs) <= READING_MS);
  }
}

/**
 * What an answer proves: the database read its clock at some time between request and answer, and cut the rest of
 * the second off. 0 where both clocks may be the same.
 */
function certainSkewMs({ sentAtMs, receivedAtMs, dateMs }: ClockReading): number {
  const aheadMs = sentAtMs - (dateMs + DATE_RESOLUTION_MS);
  const behindMs = dateMs - receivedAtMs;
  return Math.max(0, aheadMs, behindMs);
}

/** A clock that is too far from the database's: nothing may be recorded or read by it. */
export class ClockSkewError extends Error {
  override name = 'ClockSkewError';
}

/** Whether a failure is the clock's fault; a database that did not answer in time is another matter. */
export const isClockRefusal = (error: unknown): boolean =>
  error instanceof ClockSkewError && error.cause === undefined;

/** @throws ClockSkewError when the clock here is beyond the bound, or cannot be compared */
export type ClockGuard = { check(): Promise<void> };

type GuardTools = {
  watch: ClockWatch;
  boundMs: number;
  now(): number;
  /** Any request to the database by the client that is watched: asked when nothing recent is known. */
  probe(): Promise<unknown>;
};

/** Refuses to work by a clock that the database's answers contradict. */
export const clockGuard = ({ watch, boundMs, now, probe }: GuardTools): ClockGuard => ({
  check: async () => {
    let cause: unknown;
    // A refusal has a date as well.
    if (watch.skewMs(now()) === undefined) await probe().catch((error: unknown) => (cause = error));
    const skewMs = watch.skewMs(now());
    if (skewMs === undefined) throw new ClockSkewError('the database does not tell its time', { cause });
    if (skewMs > boundMs) {
      throw new ClockSkewError(
        `the clock is ${skewMs} ms from the database's; at most ${boundMs} are allowed`,
      );
    }
  },
});
