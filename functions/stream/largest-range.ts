import { dayStartMs } from '#shared/clicks/click-day.ts';
import type { EventsRange } from '#shared/dialects/codelloy/events-range.ts';
import type { DayTotals } from '#shared/roll-ups/totals.ts';

const DAY_MS = 86_400_000;

/**
 * How far a range may reach when only so many events fit, going by the clicks of its days.
 * @param days  ascending
 * @returns the range itself when all of it fits; else one from the same start that ends earlier, by the whole
 *   day where one fits, within the first day by its share of the day
 */
export function largestRange(
  range: EventsRange,
  days: readonly Pick<DayTotals, 'day' | 'clicks'>[],
  events: number,
): EventsRange {
  let room = events;
  for (const { day, clicks } of days) {
    if (clicks > room)
      return { fromMs: range.fromMs, toMs: Math.min(range.toMs, cutWithin(day, clicks, room, range.fromMs)) };
    room -= clicks;
  }
  return range;
}

function cutWithin(day: string, clicks: number, room: number, fromMs: number): number {
  const startMs = dayStartMs(day);
  if (startMs > fromMs) return startMs - 1;
  const endMs = startMs + DAY_MS - 1;
  return fromMs + Math.floor((endMs - fromMs) * (room / clicks));
}
