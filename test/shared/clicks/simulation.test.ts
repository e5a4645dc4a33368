import fc from 'fast-check';
import { SEED, SEEDS } from '#test/support/seeds.ts';
import { violationsOf } from '#test/support/simulation/check-clicks.ts';
import { type Ablation, ClickSimulation } from '#test/support/simulation/clicks.ts';

const HISTORIES = SEEDS ?? 200;

async function violations(seed: number, without?: Ablation): Promise<string[]> {
  const simulation = new ClickSimulation(seed, without);
  await simulation.run();
  return violationsOf(simulation);
}

test(
  'whatever is delivered twice, late or not at all at first: each click is recorded, told and counted once',
  async () => {
    const seeds = SEED === undefined ? fc.noShrink(fc.integer()) : fc.constant(SEED);
    const holds = fc.asyncProperty(seeds, async (seed) => {
      expect({ seed, violations: await violations(seed) }).toEqual({ seed, violations: [] });
    });
    await fc.assert(holds, { numRuns: SEED === undefined ? HISTORIES : 1, seed: 20260412 });
  },
  60_000 + HISTORIES * 500,
);

test.each<Ablation>([
  'the on-time limit',
  'the abort',
  'the clock guard',
  'the deadline',
  'the cursor condition',
  'the horizon',
])('without %s it does not hold', async (without) => {
  for (let seed = 1; ; seed += 1) {
    if ((await violations(seed, without)).length > 0) return;
    expect(seed).toBeLessThan(200);
  }
});
