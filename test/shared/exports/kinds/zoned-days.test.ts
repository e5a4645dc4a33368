import fc from 'fast-check';
import { dayStartMs, daysToMs, isTimezone, nextDay, zonedDay } from '#shared/exports/kinds/zoned-days.ts';

const iso = (ms: number) => new Date(ms).toISOString();

test.each([
  ['2026-04-01', 'UTC', '2026-04-01T00:00:00.000Z'],
  ['2026-04-01', 'Europe/Berlin', '2026-03-31T22:00:00.000Z'],
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
  ['2026-04-01', 'Asia/Kathmandu', '2026-03-31T18:15:00.000Z'],
  ['2026-04-01', 'Pacific/Kiritimati', '2026-03-31T10:00:00.000Z'],
  ['2026-04-01', 'Pacific/Pago_Pago', '2026-04-01T11:00:00.000Z'],
  // Clocks were set forward at midnight, so this day began at one o'clock.
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
])('%s in %s begins at %s', (day, timezone, start) => {
  expect(iso(dayStartMs(day, timezone))).toBe(start);
});

test('whole days reach from the first millisecond to the last one', () => {
  const { fromMs, toMs } = daysToMs('2026-03-28', '2026-03-29', 'Europe/Berlin');
  // The second day is an hour short.
  expect(toMs - fromMs + 1).toBe(47 * 3_600_000);
});

test('ranges that follow each other leave no instant out and none twice', () => {
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
  );
  const days = fc
    .integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) })
    .map((ms) => iso(ms).slice(0, 10));
  fc.assert(
    fc.property(days, zones, (day, zone) => {
      const next = nextDay(day);
      expect(daysToMs(day, day, zone).toMs + 1).toBe(daysToMs(next, next, zone).fromMs);
      expect(zonedDay(daysToMs(day, day, zone).fromMs, zone)).toBe(day);
      expect(zonedDay(daysToMs(day, day, zone).toMs, zone)).toBe(day);
    }),
    { numRuns: 100 },
  );
});

test.each(['UTC', 'Europe/Berlin', 'America/New_York'])(
  'the last day of the year 9999 ends in %s',
  (zone) => {
    const { fromMs, toMs } = daysToMs('9999-12-31', '9999-12-31', zone);
    expect(toMs).toBe(Date.parse('9999-12-31T23:59:59.999Z'));
    expect(zonedDay(fromMs, zone)).toBe('9999-12-31');
  },
);

test('knows what is a time zone', () => {
  expect(['UTC', 'Europe/Berlin', 'Mars/Base', '', '../etc'].filter(isTimezone)).toEqual([
    'UTC',
    'Europe/Berlin',
  ]);
});
