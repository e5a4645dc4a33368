import type { World } from './world.ts';

type Message = { messageId: string; body: string; visibleAtMs: number };

/** Longer than any consumer works at a batch, as with SQS. */
const VISIBILITY_MS = 180_000;

/** A queue that delivers at least once, in any order, some of it hours late. */
export class MessageQueue {
  readonly #world: World;
  readonly #messages = new Map<string, Message>();
  #sent = 0;

  constructor(world: World) {
    this.#world = world;
  }

  get isEmpty(): boolean {
    return this.#messages.size === 0;
  }

  send(body: string): void {
    const world = this.#world;
    const late = world.chance(0.2);
    const hours = late && world.chance(0.2);
    const delayMs = hours
      ? world.between(60_000, 3 * 3_600_000)
      : late
        ? world.between(3_000, 180_000)
        : world.between(0, 3_000);
    this.#sent += 1;
    const messageId = `message ${this.#sent}`;
    this.#messages.set(messageId, { messageId, body, visibleAtMs: world.nowMs + delayMs });
  }

  /** Up to so many visible messages; one in ten stays visible, and another consumer gets it at the same time. */
  receive(limit: number): Message[] {
    const world = this.#world;
    const visible = [...this.#messages.values()].filter(({ visibleAtMs }) => visibleAtMs <= world.nowMs);
    visible.sort(() => world.random() - 0.5);
    const batch = visible.slice(0, limit);
    for (const message of batch) {
      if (!world.chance(0.1)) message.visibleAtMs = world.nowMs + VISIBILITY_MS;
    }
    return batch.map((message) => ({ ...message }));
  }

  remove(messageId: string): void {
    this.#messages.delete(messageId);
  }

  /** When something will be visible, at the earliest; undefined while it is empty. */
  nextVisibleMs(): number | undefined {
    const all = [...this.#messages.values()].map(({ visibleAtMs }) => visibleAtMs);
    return all.length === 0 ? undefined : Math.min(...all);
  }
}
