/**
 * How many histories a simulation lives through, and which one alone: `SEEDS=3000 npm run simulate`,
 * `SEED=17 npm run simulate`. Undefined: as few as a test run has time for.
 */
export const SEEDS = numberOf(process.env.SEEDS);
export const SEED = numberOf(process.env.SEED);

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isInteger(number)) return number;
  throw new Error(`'${text}' is no number of seeds, and no seed: a whole number is needed`);
}
