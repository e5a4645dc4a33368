import type { SegmentRange } from '../jobs/job.ts';

/**
 * At most so many ranges that cover the same: neighbours are joined, about as many in each.
 * @param ranges  without gaps, ascending or descending
 */
export function joinRanges(ranges: readonly SegmentRange[], most: number): SegmentRange[] {
  const together = Math.ceil(ranges.length / most);
  return Array.from({ length: Math.ceil(ranges.length / together) }, (_, at) => {
    const some = ranges.slice(at * together, (at + 1) * together);
    return {
      fromMs: Math.min(...some.map(({ fromMs }) => fromMs)),
      toMs: Math.max(...some.map(({ toMs }) => toMs)),
    };
  });
}
