import { DAY_MS, dayStartMs } from '../clicks/click-day.ts';
import { clickMs } from '../clicks/click-id.ts';
import { clickFrom } from '../clicks/click-item.ts';
import type { ClickReader } from '../clicks/read/click-reader.ts';
import { isBehind, type Position } from '../feed/feed.ts';
import { addTo, type Cell, countsOf, linkCountsOf } from './cell.ts';

/** The clicks of a day as the roll-ups must have counted them when the cursor stood at `until`. */
export type DayCount = {
  clicks: number;
  day: Cell;
  /** By link. */
  links: Map<string, Cell>;
  /** Where in the feed the clicks are that the cursor has not reached. */
  ahead: Position[];
};

/** Counts the clicks of a day one by one, up to a position of the feed. */
export async function countDay(
  workspaceId: string,
  day: string,
  until: Position,
  reader: ClickReader,
): Promise<DayCount> {
  const count: DayCount = { clicks: 0, day: {}, links: new Map(), ahead: [] };
  const fromMs = dayStartMs(day);
  for await (const batch of reader.read({ workspaceId, fromMs, toMs: fromMs + DAY_MS - 1 })) {
    for (const click of batch.map(clickFrom)) {
      const { clickId, urlId, late, recordedAtMs } = click;
      const position: Position = [late ? recordedAtMs : clickMs(clickId), clickId];
      if (isBehind(position, until)) {
        count.ahead.push(position);
        continue;
      }
      count.clicks += 1;
      addTo(count.day, countsOf(click));
      const cell = count.links.get(urlId) ?? {};
      count.links.set(urlId, cell);
      addTo(cell, linkCountsOf(click));
    }
  }
  return count;
}
