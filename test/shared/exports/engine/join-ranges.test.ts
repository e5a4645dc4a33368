import { joinRanges } from '#shared/exports/engine/join-ranges.ts';
import type { TimeRange } from '#shared/exports/jobs/job.ts';

const days = Array.from({ length: 10 }, (_, day) => ({ fromMs: day * 100, toMs: day * 100 + 99 }));

test('few ranges stay as they are', () => {
  expect(joinRanges(days, 10)).toEqual(days);
  expect(joinRanges([], 10)).toEqual([]);
});

test.each([
  ['ascending', days],
  ['descending', days.toReversed()],
])('too many are joined with their neighbours, %s, and cover the same', (_order, ranges) => {
  const joined = joinRanges(ranges, 4) as TimeRange[];
  expect(joined).toHaveLength(4);
  expect(joined.toSorted((a, b) => a.fromMs - b.fromMs)[0]!.fromMs).toBe(0);
  const instants = joined.flatMap(({ fromMs, toMs }) =>
    Array.from({ length: toMs - fromMs + 1 }, (_, at) => fromMs + at),
  );
  expect(new Set(instants).size).toBe(1_000);
  expect(instants).toHaveLength(1_000);
  expect(joined[0]!.fromMs > joined[1]!.fromMs).toBe(ranges !== days);
});

test('ranges of ids are joined in their order', () => {
  const runs = Array.from({ length: 5 }, (_, run) => ({ fromId: run * 10, toId: run * 10 + 10 }));
  expect(joinRanges(runs, 2)).toEqual([
    { fromId: 0, toId: 30 },
    { fromId: 30, toId: 50 },
  ]);
});
