import type { IdRange, SegmentRange, TimeRange } from '../jobs/job.ts';

/**
 * At most so many ranges that cover the same: neighbours are joined, about as many in each.
 * @param ranges  of one sort, without gaps, ascending or descending
 */
export function joinRanges(ranges: readonly SegmentRange[], most: number): SegmentRange[] {
  const together = Math.ceil(ranges.length / most);
  return Array.from({ length: Math.ceil(ranges.length / together) || 0 }, (_, at) =>
    covering(ranges.slice(at * together, (at + 1) * together)),
  );
}

function covering(ranges: readonly SegmentRange[]): SegmentRange {
  const times = ranges.filter((range) => 'fromMs' in range) as TimeRange[];
  if (times.length > 0)
    return {
      fromMs: Math.min(...times.map(({ fromMs }) => fromMs)),
      toMs: Math.max(...times.map(({ toMs }) => toMs)),
    };
  const places = ranges as IdRange[];
  return { fromId: places[0]!.fromId, toId: places.at(-1)!.toId };
}
