import { SimulatedWorld } from './simulated-world.ts';

/** `EXPORTS_SEED=17 npm run jest -- simulation` plays one seed again. */
const ONE_SEED = process.env.EXPORTS_SEED;
const SEEDS =
  ONE_SEED === undefined
    ? Array.from({ length: Number(process.env.EXPORTS_SEEDS ?? 300) }, (_, n) => n + 1)
    : [Number(ONE_SEED)];

async function play(seed: number): Promise<SimulatedWorld> {
  const world = new SimulatedWorld(seed);
  try {
    await world.play();
  } catch (error) {
    throw new Error(`seed ${seed}: ${(error as Error).message}; play it again with EXPORTS_SEED=${seed}`, {
      cause: error,
    });
  }
  return world;
}

test('whatever fails, is delayed, doubled or killed: every invariant of exports holds', async () => {
  const ends: Record<string, number> = {};
  for (const seed of SEEDS) {
    const world = await play(seed);
    for (const state of world.ended.values()) ends[state] = (ends[state] ?? 0) + 1;
  }
  // A simulation in which nothing gets done would hold everything.
  if (ONE_SEED !== undefined) return;
  expect(ends.ready).toBeGreaterThan(SEEDS.length);
  expect(ends.failed ?? 0).toBeLessThan(ends.ready! / 50);
}, 120_000);
