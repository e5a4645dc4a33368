import type { World } from './world.ts';

/** How often each fault happens at a call: all 0 for a world in which everything works. */
export type Faults = {
  failsBefore: number;
  failsAfter: number;
  delayed: number;
  duplicated: number;
  /** The process is gone: the call has or has not taken effect, and nothing ever returns. */
  crash: number;
};

export const NO_FAULTS: Faults = { failsBefore: 0, failsAfter: 0, delayed: 0, duplicated: 0, crash: 0 };

/** Something that runs and may be gone at any call. */
export class Process {
  alive = true;
  readonly world: World;
  readonly faults: Faults;
  #onCrash: (() => void) | undefined;

  constructor(world: World, faults: Faults) {
    this.world = world;
    this.faults = faults;
  }

  /** Runs until it ends, fails, or the process is gone; tells which. */
  run(work: () => Promise<void>): Promise<'ended' | 'failed' | 'crashed'> {
    return new Promise((resolve) => {
      this.#onCrash = () => resolve('crashed');
      work().then(
        () => resolve('ended'),
        () => resolve('failed'),
      );
    });
  }

  crash(): void {
    this.alive = false;
    this.#onCrash?.();
  }
}

/** How long a stalled table takes to answer. */
export const STALL_MS = 20_000;

export class InjectedFault extends Error {}

/** Never: a process that is gone gets no answers. */
const never = <T>(): Promise<T> => new Promise(() => undefined);

/** One call over a faulty network: the effect may fail to happen, happen late, or twice, or its answer be lost. */
export async function faultyCall<T>(
  process: Process,
  effect: () => Promise<T>,
  faults: Faults = process.faults,
): Promise<T> {
  const { world } = process;
  if (!process.alive) return never();
  if (world.chance(0.3)) await world.sleep(world.between(1, 400));
  if (world.isStalled) await world.sleep(STALL_MS);
  if (world.chance(faults.delayed)) await world.sleep(world.between(400, 20_000));
  if (world.chance(faults.crash)) {
    if (world.chance(0.5)) await effect().catch(() => undefined);
    process.crash();
  }
  if (!process.alive) return never();
  if (world.chance(faults.failsBefore)) throw new InjectedFault('it never arrived');
  const result = effect();
  if (world.chance(faults.duplicated)) {
    await result.catch(() => undefined);
    await effect().catch(() => undefined);
  }
  if (world.chance(faults.failsAfter)) {
    await result.catch(() => undefined);
    throw new InjectedFault('its answer was lost');
  }
  const answer = await result;
  return process.alive ? answer : never();
}

type Call = (...args: never[]) => Promise<unknown>;

/** A port whose calls all go over the faulty network; members that are no promises are wrapped by the caller. */
export function faulty<Port extends object>(process: Process, port: Port): Port {
  return new Proxy(port, {
    get: (target, name) => {
      const member = target[name as keyof Port];
      if (typeof member !== 'function') return member;
      return (...args: never[]) => faultyCall(process, () => (member as Call).apply(target, args));
    },
  });
}

/** A source of batches, each of which comes over the faulty network. A page that is lost is as good as none. */
export async function* faultyBatches<T>(
  process: Process,
  source: AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  const batches = source[Symbol.asyncIterator]();
  const faults = { ...process.faults, duplicated: 0, failsAfter: 0 };
  try {
    for (;;) {
      const step = await faultyCall(process, () => batches.next(), faults);
      if (step.done) return;
      yield step.value;
    }
  } finally {
    await batches.return?.();
  }
}
