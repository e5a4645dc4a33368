import { DAY_MS, dayStartMs } from '#shared/clicks/click-day.ts';
import type { TimeRange } from '../jobs/job.ts';

/**
 * Cuts a range of click times into segments of about `rows` clicks: at days, and within days that hold more than that.
 * The counts only choose where; every instant of the range is in exactly one segment, whatever they say.
 * @param days  the clicks of each UTC day that has any, ascending
 */
export function cutDays(
  { fromMs, toMs }: TimeRange,
  days: readonly { day: string; clicks: number }[],
  rows: number,
): TimeRange[] {
  const starts = [fromMs];
  let held = 0;
  for (const piece of days.flatMap((day) => piecesOf(day, rows))) {
    if (piece.startMs > toMs) break;
    if (held > 0 && held + piece.clicks > rows && piece.startMs > starts.at(-1)!) {
      starts.push(piece.startMs);
      held = 0;
    }
    held += piece.clicks;
  }
  return starts.map((startMs, at) => ({
    fromMs: startMs,
    toMs: at + 1 < starts.length ? starts[at + 1]! - 1 : toMs,
  }));
}

/** A day as one piece, or as several of equal length when it holds more than a segment. */
function piecesOf({ day, clicks }: { day: string; clicks: number }, rows: number) {
  const pieces = Math.min(Math.max(1, Math.ceil(clicks / rows)), DAY_MS);
  return Array.from({ length: pieces }, (_, at) => ({
    startMs: dayStartMs(day) + Math.floor((at * DAY_MS) / pieces),
    clicks: clicks / pieces,
  }));
}
