/**
 * One source after the other, as one. At any time no more is held than the source in use and the one ahead, however
 * many there are.
 * @param ahead  whether the next source is opened while the current one is used, so that many short sources do not each
 *   wait for their first answer
 */
export async function* chained<Key, T>(
  keys: readonly Key[],
  open: (key: Key) => AsyncIterable<T>,
  { ahead = true }: { ahead?: boolean } = {},
): AsyncGenerator<T, void, undefined> {
  const start = (at: number): Started<T> | undefined =>
    at < keys.length ? startReading(open(keys[at]!)) : undefined;
  let current: Started<T> | undefined;
  let following: Started<T> | undefined;
  try {
    current = start(0);
    for (let next = 1; current !== undefined; next += 1) {
      if (ahead) following = start(next);
      const { rest } = current;
      for (let step = await current.first; !step.done; step = await rest.next()) yield step.value;
      current = following ?? start(next);
      following = undefined;
    }
  } finally {
    await Promise.all([current?.rest.return?.(), following?.rest.return?.()]);
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
