/** A sorted run of batches and where its reading stands. */
type Run<T> = { batches: AsyncIterator<T[]>; batch: T[]; keys: string[]; at: number };

/**
 * Merges sorted runs into one, in the order of `keyOf`. Each run keeps one batch in memory, and a batch goes out
 * whenever a run has to be read on, so an element never waits for more than its own turn.
 * @param batchSize  the most elements of a batch that goes out
 */
export async function* mergeSorted<T>(
  sources: readonly AsyncIterable<T[]>[],
  keyOf: (element: T) => string,
  batchSize = 1_000,
): AsyncGenerator<T[], void, undefined> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  try {
    const runs = (await Promise.all(iterators.map((batches) => open(batches, keyOf)))).filter(
      (run) => run !== undefined,
    );
    let merged: T[] = [];
    while (runs.length > 0) {
      const emptied = mergeUntilOneEnds(runs, merged, batchSize);
      if (merged.length >= batchSize || emptied) {
        if (merged.length > 0) yield merged;
        merged = [];
      }
      if (emptied && !(await advance(emptied, keyOf))) runs.splice(runs.indexOf(emptied), 1);
    }
    if (merged.length > 0) yield merged;
  } finally {
    await Promise.all(iterators.map((batches) => batches.return?.()));
  }
}

async function open<T>(
  batches: AsyncIterator<T[]>,
  keyOf: (element: T) => string,
): Promise<Run<T> | undefined> {
  const run: Run<T> = { batches, batch: [], keys: [], at: 0 };
  return (await advance(run, keyOf)) ? run : undefined;
}

/** Reads the next batch that holds something; false at the end. */
async function advance<T>(run: Run<T>, keyOf: (element: T) => string): Promise<boolean> {
  for (;;) {
    const { value, done } = await run.batches.next();
    if (done) return false;
    if (value.length === 0) continue;
    run.batch = value;
    run.keys = value.map(keyOf);
    run.at = 0;
    return true;
  }
}

/** Moves elements into `merged` until a run has nothing left in memory, which it gives, or `merged` is full. */
function mergeUntilOneEnds<T>(runs: Run<T>[], merged: T[], batchSize: number): Run<T> | undefined {
  const heads = runs.map((run) => run.keys[run.at]!);
  while (merged.length < batchSize) {
    let least = 0;
    for (let other = 1; other < heads.length; other += 1) if (heads[other]! < heads[least]!) least = other;
    const run = runs[least]!;
    merged.push(run.batch[run.at]!);
    run.at += 1;
    if (run.at === run.batch.length) return run;
    heads[least] = run.keys[run.at]!;
  }
  return undefined;
}
