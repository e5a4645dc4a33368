import { largestRange } from '#functions/stream/largest-range.ts';

const at = (text: string) => Date.parse(text);
const range = { fromMs: at('2026-06-01T00:00:00Z'), toMs: at('2026-06-03T23:59:59.999Z') };
const days = [
  { day: '20260601', clicks: 100 },
  { day: '20260602', clicks: 50 },
  { day: '20260603', clicks: 10 },
];

test('a range that fits stays as it is', () => {
  expect(largestRange(range, days, 160)).toEqual(range);
});

test('a range that does not fit ends with the last whole day that does', () => {
  expect(largestRange(range, days, 159)).toEqual({ ...range, toMs: at('2026-06-02T23:59:59.999Z') });
});

test('a first day that does not fit is cut by its share', () => {
  expect(largestRange(range, days, 50)).toEqual({ ...range, toMs: at('2026-06-01T11:59:59.999Z') });
});
