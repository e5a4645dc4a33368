import { joinRanges } from '#shared/exports/engine/join-ranges.ts';

const days = Array.from({ length: 10 }, (_, day) => ({ fromMs: day * 100, toMs: day * 100 + 99 }));

test('few ranges stay as they are', () => {
  expect(joinRanges(days, 10)).toEqual(days);
  expect(joinRanges([], 10)).toEqual([]);
});

test.each([
  ['ascending', days],
  ['descending', days.toReversed()],
])('too many are joined with their neighbours, %s, and cover the same', (_order, ranges) => {
  const joined = joinRanges(ranges, 4);
  expect(joined).toHaveLength(4);
  expect(joined.toSorted((a, b) => a.fromMs - b.fromMs)[0]!.fromMs).toBe(0);
  const instants = joined.flatMap(({ fromMs, toMs }) =>
    Array.from({ length: toMs - fromMs + 1 }, (_, at) => fromMs + at),
  );
  expect(new Set(instants).size).toBe(1_000);
  expect(instants).toHaveLength(1_000);
  expect(joined[0]!.fromMs > joined[1]!.fromMs).toBe(ranges !== days);
});
