import { dayOf, dayStartMs } from '../clicks/click-day.ts';
import type { Horizon } from '../clicks/horizon.ts';
import type { Feed } from '../feed/feed.ts';
import { Fold } from './fold.ts';
import type { FeedCursor, RollUpStore } from './roll-up-store.ts';

export type RollUpTools = {
  feed: Feed;
  store: RollUpStore;
  horizon: Horizon;
  now(): number;
};

export type RollUpRun = {
  /** `behind`: the time was over before the feed was; `overtaken`: another run is at work and goes on. */
  ended: 'caught_up' | 'behind' | 'overtaken';
  events: number;
  /** How far the roll-ups are behind what they could know, ms. */
  lagMs: number;
};

/** When no new fold is begun any more, the last one is filled for so long at the most. */
const LAST_FOLD_MS = 20_000;

/**
 * Folds what the feed of a workspace has beyond its cursor into the roll-ups, cursor and counters in one transaction
 * at a time: a run may crash anywhere and several may run at once.
 * @param untilMs  no new fold is begun after this instant
 */
export async function rollUp(
  workspaceId: string,
  untilMs: number,
  { feed, store, horizon, now }: RollUpTools,
): Promise<RollUpRun> {
  const run = new Run(workspaceId, store, await store.findCursor(workspaceId));
  const readAtMs = now();
  const behind = () => run.end('behind', now() - horizon.horizonMs - run.cursor.position[0]);
  for await (const batch of feed.read({ workspaceId, after: run.cursor.position })) {
    for (const event of batch) {
      if (run.fold.add(event)) continue;
      if (!(await run.commit())) return run.end('overtaken', 0);
      if (now() >= untilMs) return behind();
      run.fold.add(event);
    }
    // What a slow table has given so far is worth keeping, though no fold is full.
    if (now() >= untilMs + LAST_FOLD_MS) return (await run.commit()) ? behind() : run.end('overtaken', 0);
  }
  if (!(await run.commit())) return run.end('overtaken', 0);
  await run.leaveDay(readAtMs - horizon.horizonMs);
  return run.end('caught_up', 0);
}

/** One run: its place in the feed and the fold that is being filled. */
class Run {
  cursor: FeedCursor;
  fold = new Fold();
  #events = 0;
  readonly #workspaceId: string;
  readonly #store: RollUpStore;

  constructor(workspaceId: string, store: RollUpStore, cursor: FeedCursor) {
    this.#workspaceId = workspaceId;
    this.#store = store;
    this.cursor = cursor;
  }

  /** Writes the fold and begins a new one; false when the cursor is another one's now. */
  async commit(): Promise<boolean> {
    const { fold } = this;
    if (fold.position === undefined) return true;
    const late = fold.lateOnly();
    const lastClicked =
      late.length === 0 ? new Map() : await this.#store.lastClicked(this.#workspaceId, late);
    const done = await this.#move(fold.position, fold.changes(lastClicked));
    if (done) this.#events += fold.events;
    this.fold = new Fold();
    return done;
  }

  /**
   * Once all of a day is folded, moves the cursor to the day that is read now: then a workspace without clicks has no
   * open day, and the schedule passes it by.
   */
  async leaveDay(availableUntilMs: number): Promise<void> {
    const today = dayStartMs(dayOf(availableUntilMs));
    if (this.cursor.position[0] < today) await this.#move([today, ''], []);
  }

  end(ended: RollUpRun['ended'], lagMs: number): RollUpRun {
    return { ended, events: this.#events, lagMs };
  }

  async #move(to: FeedCursor['position'], changes: ReturnType<Fold['changes']>): Promise<boolean> {
    const { cursor } = this;
    const outcome = await this.#store.move({ workspaceId: this.#workspaceId, from: cursor, to, changes });
    if (outcome === 'done') this.cursor = { position: to, version: cursor.version + 1 };
    return outcome === 'done';
  }
}
