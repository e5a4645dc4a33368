/**
 * Does some work for each of the items, for at most so many of them at a time.
 * @throws the first error, once the work that was under way then has ended; no more is begun after it
 */
export async function eachLimited<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  let first: { error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    for (let next = waiting.next(); !next.done && !first; next = waiting.next()) {
      try {
        await work(next.value);
      } catch (error) {
        first ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  if (first) throw first.error;
}
