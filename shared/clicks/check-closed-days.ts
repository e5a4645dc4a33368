import { clickCounters, dayTotals } from './cell.ts';
import { DAY_MS, dayOf } from './click-day.ts';
import { type RecountTools, recountDay } from './recount.ts';

/** So many clicks of a day are counted again within a worker's time; of larger days an operator's recount tells. */
const COUNTABLE = 300_000;

/** Days that closed longer ago belong to a backlog; by its end some of their clicks may be too old to be kept. */
const OLDEST_MS = 3 * DAY_MS;

export type ClosedDay = { day: string; drifts: number };

type Span = {
  /** Where the feed had been read to before, ms: nothing is said of days that had closed by then. */
  fromMs: number;
  /** Up to where all of it is rolled up now, ms. */
  foldedMs: number;
};

/**
 * Counts the clicks of the days that have just closed again, and compares with their roll-ups.
 * @returns how many roll-ups differ, of each day that could be compared
 */
export async function checkClosedDays(
  workspaceId: string,
  { fromMs, foldedMs }: Span,
  tools: RecountTools,
): Promise<ClosedDay[]> {
  const first = dayOf(Math.max(fromMs, foldedMs - OLDEST_MS));
  const last = dayOf(foldedMs - DAY_MS);
  if (fromMs === 0 || first > last) return [];
  const checked: ClosedDay[] = [];
  for (const { day, cell } of await tools.cells.days(workspaceId, first, last)) {
    if (dayTotals(day, clickCounters(cell)).clicks > COUNTABLE) continue;
    const { outcome, drifts } = await recountDay(workspaceId, day, false, tools);
    if (outcome !== 'unsettled') checked.push({ day, drifts: drifts.length });
  }
  return checked;
}
