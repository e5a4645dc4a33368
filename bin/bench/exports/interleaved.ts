const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/**
 * Median milliseconds of several kinds of work, done in turns and in changing order, so that what slows the machine
 * down slows all of them down.
 */
export async function interleaved<Name extends string>(
  work: Record<Name, () => unknown>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(work) as Name[];
  const times = new Map(names.map((name) => [name, [] as number[]]));
  for (const name of names) await work[name]();
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const startedAt = performance.now();
      await work[name]();
      times.get(name)!.push(performance.now() - startedAt);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name)!)])) as Record<Name, number>;
}
