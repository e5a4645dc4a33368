/**
 * One source after the other, as one. The next source is opened while the current one is used, so that many short
 * sources do not each wait for their first answer.
 */
export async function* chained<Key, T>(
  keys: readonly Key[],
  open: (key: Key) => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  const started: Started<T>[] = [];
  const start = (at: number): Started<T> | undefined => {
    if (at >= keys.length) return undefined;
    const source = startReading(open(keys[at]!));
    started.push(source);
    return source;
  };
  try {
    let ahead = start(0);
    for (let at = 0; ahead !== undefined; at += 1) {
      const current: Started<T> = ahead;
      ahead = start(at + 1);
      for (let step = await current.first; !step.done; step = await current.rest.next()) yield step.value;
      started.splice(started.indexOf(current), 1);
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
