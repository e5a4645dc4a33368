/** First come, first served locks by name; whoever needs several takes them at once. */
export class KeyLocks {
  readonly #tails = new Map<string, Promise<void>>();

  /**
   * Runs `work` while it alone holds all the named locks.
   * All places in the queues are taken in one step, so two holders never wait for each other.
   */
  async hold<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const { promise: done, resolve: release } = Promise.withResolvers<void>();
    const unique = [...new Set(names)];
    const before = unique.map((name) => this.#tails.get(name));
    for (const name of unique) this.#tails.set(name, done);
    await Promise.all(before);
    try {
      return await work();
    } finally {
      for (const name of unique) if (this.#tails.get(name) === done) this.#tails.delete(name);
      release();
    }
  }
}
