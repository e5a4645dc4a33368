/** How a call through a port can go wrong. */
export type FaultRates = {
  /** Fails, and nothing has happened. */
  before: number;
  /** Fails, but it has happened. */
  after: number;
  /** Takes effect late; its caller sleeps until then. */
  delayed: number;
  /** Takes effect twice. */
  duplicated: number;
};

export const NO_FAULTS: FaultRates = { before: 0, after: 0, delayed: 0, duplicated: 0 };

/** Something that runs and can be killed: what it waits for then never comes back to it. */
export type Actor = {
  readonly alive: boolean;
  kill(): void;
  /** Calls through a port, with latency and faults. @param scale  how often they come, against the world's rates */
  call<T>(effect: () => Promise<T>, scale?: number): Promise<T>;
  sleep(ms: number): Promise<void>;
};

type Event = { atMs: number; tie: number; run: () => void };

/** Most delays are short; some are longer than any lease. */
const SHORT_DELAY_MS = 10_000;
const LONG_DELAYS_MS = [60_000, 280_000] as const;

/** Numbers from 0 to 1 that a seed decides. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A world with a clock of its own in which everything waits for events, so that a seed decides the order of all that
 * happens and what goes wrong. Nothing in it may wait for real time, disks, networks or threads.
 */
export class Simulation {
  nowMs: number;
  faults: FaultRates = NO_FAULTS;
  readonly random: () => number;
  /** Shown what holds after every event; it throws when something does not. */
  check: () => void = () => undefined;
  #events: Event[] = [];

  constructor(seed: number, startMs: number) {
    this.random = seededRandom(seed);
    this.nowMs = startMs;
  }

  between(low: number, high: number): number {
    return low + this.random() * (high - low);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  schedule(inMs: number, run: () => void): void {
    this.#events.push({ atMs: this.nowMs + inMs, tie: this.random(), run });
  }

  /** Lets events happen until none is left, `done` says so or the clock has reached `untilMs`. */
  async run(untilMs: number, done: () => boolean = () => false): Promise<void> {
    while (this.#events.length > 0 && !done()) {
      const next = this.#takeNext();
      if (next.atMs > untilMs) return;
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
      // Everything that this event has set going comes to rest at its next port call.
      await new Promise((resolve) => setImmediate(resolve));
      this.check();
    }
  }

  #takeNext(): Event {
    let first = 0;
    for (const [at, event] of this.#events.entries()) {
      const best = this.#events[first]!;
      if (event.atMs < best.atMs || (event.atMs === best.atMs && event.tie < best.tie)) first = at;
    }
    return this.#events.splice(first, 1)[0]!;
  }

  /** @param onDeath  told once when the actor is killed */
  actor(onDeath: () => void = () => undefined): Actor {
    const state = { alive: true };
    const settle = (answer: () => void) => {
      if (state.alive) answer();
    };
    const never = new Promise<never>(() => undefined);
    return {
      get alive() {
        return state.alive;
      },
      kill: () => {
        if (!state.alive) return;
        state.alive = false;
        onDeath();
      },
      call: (effect, scale = 1) => (state.alive ? this.#call(effect, settle, scale) : never),
      sleep: (ms) => new Promise((resolve) => this.schedule(ms, () => settle(resolve))),
    };
  }

  #call<T>(effect: () => Promise<T>, settle: (answer: () => void) => void, scale: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const mode = this.#mode(scale);
      const latencyMs = mode === 'delayed' ? this.#delayMs() : this.between(1, 40);
      this.schedule(latencyMs, () => {
        const lost = () => this.schedule(this.between(1, 40), () => settle(() => reject(new Error('fault'))));
        if (mode === 'before') return lost();
        const answer = (result: Promise<T>) =>
          void result.then(
            (value) => this.schedule(this.between(1, 10), () => settle(() => resolve(value))),
            (error) => this.schedule(this.between(1, 10), () => settle(() => reject(error))),
          );
        const result = effect();
        result.catch(() => undefined);
        if (mode === 'after') return lost();
        if (mode !== 'duplicated') return answer(result);
        // Either the caller sees the second answer, or the second effect comes behind its back.
        if (this.chance(0.5)) return answer(effect());
        this.schedule(this.between(1, 60_000), () => void effect().catch(() => undefined));
        return answer(result);
      });
    });
  }

  #delayMs(): number {
    return this.chance(0.5) ? this.between(100, SHORT_DELAY_MS) : this.between(...LONG_DELAYS_MS);
  }

  #mode(scale: number): keyof FaultRates | 'none' {
    let dice = this.random();
    for (const mode of ['before', 'after', 'delayed', 'duplicated'] as const) {
      dice -= this.faults[mode] * scale;
      if (dice < 0) return mode;
    }
    return 'none';
  }
}
