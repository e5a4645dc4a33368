type Timer = { atMs: number; tie: number; wake(): void };

/**
 * A world with a clock of its own and a dice: whatever waits, waits for this clock, and what happens at the same
 * instant happens in an order that the seed decides. The same seed gives the same history.
 */
export class World {
  nowMs: number;
  /** While the table answers only after long. */
  stalls: readonly { fromMs: number; toMs: number }[] = [];
  #state: number;
  readonly #timers: Timer[] = [];

  constructor(seed: number, startMs: number) {
    this.nowMs = startMs;
    this.#state = seed | 0;
  }

  get isStalled(): boolean {
    return this.stalls.some(({ fromMs, toMs }) => fromMs <= this.nowMs && this.nowMs < toMs);
  }

  /** Uniform in [0, 1). Mulberry32. */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.between(0, from.length - 1)]!;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      this.#insert({ atMs: this.nowMs + Math.max(0, ms), tie: this.random(), wake });
    });
  }

  /** Lets time pass until nobody waits any more. */
  async run(): Promise<void> {
    for (;;) {
      // All that can go on without the clock has gone on when the next turn of the event loop begins.
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.#timers.shift();
      if (next === undefined) return;
      this.nowMs = next.atMs;
      next.wake();
    }
  }

  #insert(timer: Timer): void {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#timers[middle]!;
      if (other.atMs < timer.atMs || (other.atMs === timer.atMs && other.tie < timer.tie)) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
  }
}
