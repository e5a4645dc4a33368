import fc from 'fast-check';
import { violationsOf } from '#test/support/simulation/check-clicks.ts';
import { type Ablation, ClickSimulation } from '#test/support/simulation/clicks.ts';

/** More histories, or one again: `SLUGLINE_SEEDS=5000`, `SLUGLINE_SEED=-123`. */
const SEEDS = Number(process.env.SLUGLINE_SEEDS ?? 200);
const ONE = process.env.SLUGLINE_SEED;

async function violations(seed: number, without?: Ablation): Promise<string[]> {
  const simulation = new ClickSimulation(seed, without);
  await simulation.run();
  return violationsOf(simulation);
}

test(
  'whatever is delivered twice, late or not at all at first: each click is recorded, told and counted once',
  async () => {
    const seeds = ONE === undefined ? fc.noShrink(fc.integer()) : fc.constant(Number(ONE));
    const holds = fc.asyncProperty(seeds, async (seed) => {
      expect({ seed, violations: await violations(seed) }).toEqual({ seed, violations: [] });
    });
    await fc.assert(holds, { numRuns: ONE === undefined ? SEEDS : 1, seed: 20260412 });
  },
  60_000 + SEEDS * 500,
);

test.each<Ablation>([
  'the on-time limit',
  'the abort',
  'the clock guard',
  'the cursor condition',
  'the horizon',
])('without %s it does not hold', async (without) => {
  for (let seed = 1; ; seed += 1) {
    if ((await violations(seed, without)).length > 0) return;
    expect(seed).toBeLessThan(200);
  }
});
