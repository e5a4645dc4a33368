import type { Position } from '../feed/feed.ts';
import type { Cell } from './cell.ts';

/** How far the roll-up of a workspace has read the feed. Version 0 is a cursor that was never written. */
export type FeedCursor = { position: Position; version: number };

/** A roll-up: a link's lifetime, a link's day, or a workspace's day (yyyymmdd). */
export type CellKey =
  | { kind: 'totals'; urlId: string }
  | { kind: 'link-day'; urlId: string; day: string }
  | { kind: 'day'; day: string };

/** A change of one roll-up: counters to add to (at least one; negative ones take away), or its removal. */
export type CellChange =
  | { key: CellKey; add: Cell; lastClickedAtMs?: number | undefined }
  | { key: CellKey; remove: true };

/** A transaction takes 100 actions; one of them moves the cursor. */
export const CHANGES_AT_ONCE = 99;

/** An update expression has at most 4 kB and 300 operators. */
export const COUNTERS_AT_ONCE = 200;

export type CursorMove = {
  workspaceId: string;
  from: FeedCursor;
  to: Position;
  /** At most CHANGES_AT_ONCE, none of the same roll-up. */
  changes: readonly CellChange[];
};

/** Roll-ups under their workspace's feed cursor: whoever changes some moves the cursor in the same transaction. */
export type RollUpStore = {
  findCursor(workspaceId: string): Promise<FeedCursor>;
  /**
   * All of it or nothing. `moved`: somebody else moved the cursor meanwhile, so what was read from it is void. The
   * cursor's version is one higher afterwards, or more: whoever is told `moved` next reads it again.
   */
  move(move: CursorMove): Promise<'done' | 'moved'>;
  /** When each of the links was last clicked as far as rolled up, ms; links without a click have no entry. */
  lastClicked(workspaceId: string, urlIds: readonly string[]): Promise<Map<string, number>>;
};
