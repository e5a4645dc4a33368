/** A fixed number of places; whoever comes when all are taken waits. */
export class Slots {
  readonly #size: number;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** Takes a place and gives the function that frees it. */
  async take(): Promise<() => void> {
    while (this.#taken >= this.#size) await this.#change();
    this.#taken += 1;
    return () => {
      this.#taken -= 1;
      for (const proceed of this.#waiting.splice(0)) proceed();
    };
  }

  /** Resolves when no place is taken. */
  async allFree(): Promise<void> {
    while (this.#taken > 0) await this.#change();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
