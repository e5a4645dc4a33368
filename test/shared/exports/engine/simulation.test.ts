import { SEED, SEEDS } from '#test/support/seeds.ts';
import { type Ablation, SimulatedWorld } from './simulated-world.ts';

async function play(seed: number, without?: Ablation): Promise<SimulatedWorld> {
  const world = new SimulatedWorld(seed, without);
  try {
    await world.play();
  } catch (error) {
    throw new Error(
      `seed ${seed}: ${(error as Error).message}; play it again with SEED=${seed} npm run simulate`,
      { cause: error },
    );
  }
  return world;
}

test(
  'whatever fails, stalls, is delayed, doubled, mixed up or killed: every invariant of exports holds',
  async () => {
    const ends: Record<string, number> = {};
    const seeds = SEED === undefined ? Array.from({ length: SEEDS ?? 300 }, (_, n) => n + 1) : [SEED];
    for (const seed of seeds) {
      const world = await play(seed);
      for (const state of world.ends()) ends[state] = (ends[state] ?? 0) + 1;
    }
    // A simulation in which nothing gets done would hold everything.
    if (SEED !== undefined) return;
    expect(ends.ready).toBeGreaterThan(seeds.length);
    expect(ends['failed, with a file']).toBeGreaterThan(0);
    expect(ends.failed ?? 0).toBeLessThan(ends.ready! / 50);
  },
  120_000 + (SEEDS ?? 0) * 1_000,
);

test.each<Ablation>(['the clock guard', 'the checksum'])('without %s it does not hold', async (without) => {
  for (let seed = 1; ; seed += 1) {
    const held = await play(seed, without).then(
      () => true,
      () => false,
    );
    if (!held) return;
    expect(seed).toBeLessThan(500);
  }
});
