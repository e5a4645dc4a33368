/**
 * One source after the other, as one.
 * @param ahead  whether the next source is opened while the current one is used, so that many short sources do not each
 *   wait for their first answer
 */
export async function* chained<Key, T>(
  keys: readonly Key[],
  open: (key: Key) => AsyncIterable<T>,
  { ahead = true }: { ahead?: boolean } = {},
): AsyncGenerator<T, void, undefined> {
  const started: Started<T>[] = [];
  const start = (at: number): void => {
    if (at < keys.length && started.length <= at) started.push(startReading(open(keys[at]!)));
  };
  try {
    for (let at = 0; at < keys.length; at += 1) {
      start(at);
      if (ahead) start(at + 1);
      const { first, rest } = started[at]!;
      for (let step = await first; !step.done; step = await rest.next()) yield step.value;
    }
  } finally {
    await Promise.all(started.map(({ rest }) => rest.return?.()));
  }
}

type Started<T> = { first: Promise<IteratorResult<T>>; rest: AsyncIterator<T> };

function startReading<T>(source: AsyncIterable<T>): Started<T> {
  const rest = source[Symbol.asyncIterator]();
  const first = rest.next();
  // Seen by whoever comes to this source; before that it is nobody's.
  first.catch(() => undefined);
  return { first, rest };
}
