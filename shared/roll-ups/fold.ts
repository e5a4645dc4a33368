import type { RecordedClick } from '../clicks/click.ts';
import { dayOf } from '../clicks/click-day.ts';
import { clickMs } from '../clicks/click-id.ts';
import { clickFrom } from '../clicks/click-item.ts';
import { type FeedEvent, type Position, positionOf } from '../feed/feed.ts';
import { addTo, type Cell, countsOf, linkCountsOf } from './cell.ts';
import { type CellChange, type CellKey, CHANGES_AT_ONCE, COUNTERS_AT_ONCE } from './roll-up-store.ts';

const LINKS_LIMIT = 40;
/** Beyond this a larger fold saves next to nothing and a crash loses more work. */
const EVENTS_LIMIT = 5_000;

type FoldedCell = { key: CellKey; counts: Cell };

/** A run of feed events as changes of roll-ups, small enough for one transaction. */
export class Fold {
  readonly #cells = new Map<string, FoldedCell>();
  /** By link: its newest click, and whether that is surely the newest one ever. */
  readonly #last = new Map<string, { atMs: number; onTime: boolean }>();
  #events = 0;
  #position: Position | undefined;

  get events(): number {
    return this.#events;
  }

  /** Just behind the last event. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** Adds an event; false when it does not fit any more, and then nothing has changed. */
  add(event: FeedEvent): boolean {
    const click = clickFrom(event.click);
    const keys = keysOf(click);
    if (!this.#fits(click.urlId, keys)) return false;
    const linkCounts = linkCountsOf(click);
    for (const key of keys) addTo(this.#cell(key).counts, key.kind === 'day' ? countsOf(click) : linkCounts);
    this.#noteLast(click);
    this.#events += 1;
    this.#position = positionOf(event);
    return true;
  }

  /** Links of which only late clicks are in here: an earlier fold may have seen a newer one. */
  lateOnly(): string[] {
    return [...this.#last].filter(([, { onTime }]) => !onTime).map(([urlId]) => urlId);
  }

  /** @param lastClicked  of the lateOnly() links, as rolled up so far, ms */
  changes(lastClicked: ReadonlyMap<string, number>): CellChange[] {
    return [...this.#cells.values()].map(({ key, counts }) => {
      if (key.kind !== 'totals') return { key, add: counts };
      const { atMs } = this.#last.get(key.urlId)!;
      const newest = atMs > (lastClicked.get(key.urlId) ?? 0);
      return { key, add: counts, lastClickedAtMs: newest ? atMs : undefined };
    });
  }

  #fits(urlId: string, keys: readonly CellKey[]): boolean {
    if (this.#events === EVENTS_LIMIT) return false;
    if (!this.#last.has(urlId) && this.#last.size === LINKS_LIMIT) return false;
    const fresh = keys.filter((key) => !this.#cells.has(nameOf(key)));
    if (this.#cells.size + fresh.length > CHANGES_AT_ONCE) return false;
    return keys.every((key) => {
      const cell = this.#cells.get(nameOf(key));
      // One click adds at most eight: what is left of the expression's limits is enough for those.
      return cell === undefined || Object.keys(cell.counts).length < COUNTERS_AT_ONCE;
    });
  }

  #cell(key: CellKey): FoldedCell {
    const name = nameOf(key);
    const cell = this.#cells.get(name) ?? { key, counts: {} };
    this.#cells.set(name, cell);
    return cell;
  }

  /**
   * An on-time click is available from its own time on, and all that was folded before was available earlier and made
   * earlier still: it is the newest. Of a late one only a look at the roll-up can tell.
   */
  #noteLast({ urlId, clickId, late }: RecordedClick): void {
    const atMs = clickMs(clickId);
    const known = this.#last.get(urlId);
    this.#last.set(urlId, {
      atMs: Math.max(atMs, known?.atMs ?? 0),
      onTime: !late || (known?.onTime ?? false),
    });
  }
}

function keysOf({ urlId, clickId }: RecordedClick): CellKey[] {
  const day = dayOf(clickMs(clickId));
  return [
    { kind: 'totals', urlId },
    { kind: 'link-day', urlId, day },
    { kind: 'day', day },
  ];
}

const nameOf = (key: CellKey): string => Object.values(key).join('#');
