import { type Plan, retainedSinceMs } from '#shared/workspaces/plans.ts';
import { dayOf, dayStartMs } from '../clicks/click-day.ts';
import { KEPT_UNTIL } from '../clicks/click-keys.ts';
import type { ClickReader } from '../clicks/read/click-reader.ts';
import { isBehind } from '../feed/feed.ts';
import { addTo, type Cell, clickCounters, missingIn } from './cell.ts';
import type { CellReader } from './cell-reader.ts';
import { countDay, type DayCount } from './count-day.ts';
import {
  type CellChange,
  type CellKey,
  CHANGES_AT_ONCE,
  COUNTERS_AT_ONCE,
  type FeedCursor,
  type RollUpStore,
} from './roll-up-store.ts';

export type RecountTools = {
  reader: ClickReader;
  cells: CellReader;
  store: RollUpStore;
};

/** One roll-up that differs from a recount: how much of each counter is missing in it; a negative one is too much. */
export type Drift = { key: CellKey; missing: Cell };

/**
 * `unsettled`: the roll-up was at work all the time, so that nothing can be said; try again.
 * `repaired`: what differed has been put right.
 */
export type Recount = { outcome: 'equal' | 'differs' | 'repaired' | 'unsettled'; drifts: Drift[] };
export type DayRecount = Recount & { day: string; clicks: number };

/** A run of the roll-up takes seconds of each minute, so soon enough one attempt has the cursor to itself. */
const ATTEMPTS = 8;

/**
 * The days whose clicks are surely still all there: within the plan's retention from their first millisecond, and
 * kept so long by the plan of their time, too.
 */
export async function recountableDays(
  workspaceId: string,
  plan: Plan,
  nowMs: number,
  { cells }: Pick<RecountTools, 'cells'>,
): Promise<string[]> {
  const retainedMs = retainedSinceMs(plan, nowMs);
  const days = await cells.days(workspaceId, dayOf(retainedMs), dayOf(nowMs));
  return days
    .filter(({ day, cell }) => dayStartMs(day) >= retainedMs && (cell[KEPT_UNTIL] ?? 0) * 1_000 > nowMs)
    .map(({ day }) => day);
}

/**
 * Counts the clicks of one day again and compares with the roll-ups of that day: of each link, and of the workspace.
 * @param repair  puts right what differs, only while no roll-up moves the cursor
 */
export async function recountDay(
  workspaceId: string,
  day: string,
  repair: boolean,
  tools: RecountTools,
): Promise<DayRecount> {
  let clicks = 0;
  const recount = await settled(workspaceId, repair, tools.store, async (before) => {
    const count = await countDay(workspaceId, day, before.position, tools.reader);
    clicks = count.clicks;
    const drifts = await driftsOfDay(workspaceId, day, count, tools.cells);
    // Clicks of this day that were folded meanwhile may be in one count and not in the other.
    return (after) =>
      count.ahead.every((position) => isBehind(position, after.position)) ? drifts : undefined;
  });
  return { day, clicks, ...recount };
}

/** Compares the lifetime of a link with the sum of its days: what the days have lost, no total can tell. */
export const recountLink = (
  workspaceId: string,
  urlId: string,
  repair: boolean,
  { cells, store }: Pick<RecountTools, 'cells' | 'store'>,
): Promise<Recount> =>
  settled(workspaceId, repair, store, async (before) => {
    const days = await cells.linkDays(workspaceId, urlId);
    const total = (await cells.totals(workspaceId, [urlId])).get(urlId) ?? {};
    const sum: Cell = {};
    for (const { cell } of days) addTo(sum, clickCounters(cell));
    const drifts = driftOf({ kind: 'totals', urlId }, clickCounters(total), sum);
    return (after) => (after.version === before.version ? drifts : undefined);
  });

/** The drifts in what was read, by where the cursor stood afterwards; undefined when that leaves it open. */
type Compare = (after: FeedCursor) => Drift[] | undefined;

/** Reads and compares until the cursor leaves it alone; a repair takes effect only where the cursor still stands. */
async function settled(
  workspaceId: string,
  repair: boolean,
  store: RollUpStore,
  read: (before: FeedCursor) => Promise<Compare>,
): Promise<Recount> {
  let drifts: Drift[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const compare = await read(await store.findCursor(workspaceId));
    const after = await store.findCursor(workspaceId);
    const found = compare(after);
    if (found === undefined) continue;
    drifts = found;
    if (drifts.length === 0) return { outcome: 'equal', drifts };
    if (!repair) return { outcome: 'differs', drifts };
    const changes = drifts.map(({ key, missing }): CellChange => ({ key, add: missing }));
    if (await applyAll(workspaceId, after, changes, store)) return { outcome: 'repaired', drifts };
  }
  return { outcome: 'unsettled', drifts };
}

/** Moves the cursor on the spot with all the changes; false when somebody else moved it, and then some may be done. */
export async function applyAll(
  workspaceId: string,
  cursor: FeedCursor,
  changes: readonly CellChange[],
  store: Pick<RollUpStore, 'move'>,
): Promise<boolean> {
  let from = cursor;
  for (const some of inMoves(changes)) {
    const outcome = await store.move({ workspaceId, from, to: from.position, changes: some });
    if (outcome === 'moved') return false;
    from = { position: from.position, version: from.version + 1 };
  }
  return true;
}

/** Runs of changes that fit into one move each: few enough of them, each with few enough counters. */
function* inMoves(changes: readonly CellChange[]): Generator<CellChange[], void, undefined> {
  for (let from = 0; ; from += COUNTERS_AT_ONCE) {
    const parts = changes.flatMap((change) => partOf(change, from));
    if (parts.length === 0) return;
    for (let at = 0; at < parts.length; at += CHANGES_AT_ONCE) yield parts.slice(at, at + CHANGES_AT_ONCE);
  }
}

function partOf(change: CellChange, from: number): CellChange[] {
  if ('remove' in change) return from === 0 ? [change] : [];
  const counters = Object.entries(change.add).slice(from, from + COUNTERS_AT_ONCE);
  return counters.length === 0 ? [] : [{ ...change, add: Object.fromEntries(counters) }];
}

async function driftsOfDay(
  workspaceId: string,
  day: string,
  { day: counted, links }: DayCount,
  cells: CellReader,
): Promise<Drift[]> {
  const [stored] = await cells.days(workspaceId, day, day);
  const drifts = driftOf({ kind: 'day', day }, clickCounters(stored?.cell ?? {}), counted);
  const rolledUp = await cells.linksOfDay(workspaceId, day, [...links.keys()]);
  // Links that have the day without a click show in the workspace's day as well; only then are all links asked.
  if (drifts.length > 0) await addOtherLinks(workspaceId, day, rolledUp, cells);
  for (const urlId of new Set([...links.keys(), ...rolledUp.keys()])) {
    const cell = clickCounters(rolledUp.get(urlId) ?? {});
    drifts.push(...driftOf({ kind: 'link-day', urlId, day }, cell, links.get(urlId) ?? {}));
  }
  return drifts;
}

async function addOtherLinks(
  workspaceId: string,
  day: string,
  rolledUp: Map<string, Cell>,
  cells: CellReader,
): Promise<void> {
  for await (const batch of cells.links(workspaceId)) {
    const others = batch.map(({ urlId }) => urlId).filter((urlId) => !rolledUp.has(urlId));
    for (const [urlId, cell] of await cells.linksOfDay(workspaceId, day, others)) rolledUp.set(urlId, cell);
  }
}

function driftOf(key: CellKey, rolledUp: Cell, recounted: Cell): Drift[] {
  const missing = missingIn(rolledUp, recounted);
  return Object.keys(missing).length === 0 ? [] : [{ key, missing }];
}
