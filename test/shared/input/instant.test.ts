import { day, instant, instantMs, instantOrDay } from '#shared/input/instant.ts';

test.each([
  ['2026-12-31T23:59:59Z', Date.UTC(2026, 11, 31, 23, 59, 59)],
  ['2026-12-31T23:59:59.5+02:00', Date.UTC(2026, 11, 31, 21, 59, 59, 500)],
  ['9999-12-31T23:59:59.999Z', 253_402_300_799_999],
  ['0001-01-01T00:00:00Z', -62_135_596_800_000],
])('%s is an instant', (text, ms) => {
  expect(instantMs(text)).toBe(ms);
});

test.each([
  '',
  'tomorrow',
  '2026-12-31',
  '2026-12-31T23:59:59',
  '2026-02-30T00:00:00Z',
  '9999-12-31T23:59:59-00:01',
  '9999-12-31T24:00:00Z',
  '+010000-01-01T00:00:00Z',
  '10000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+00:01',
  '0000-06-01T00:00:00Z',
])('%j is none', (text) => {
  expect(instantMs(text)).toBeUndefined();
});

test.each(['0000-06-01', '0000-06-01T00:00:00Z', '9999-12-31T23:59:59-00:01', '2026-02-30', 'yesterday', 5])(
  '%j is refused in words',
  (given) => {
    for (const schema of [instant, day, instantOrDay]) {
      const { error } = schema.safeParse(given);
      expect(error?.issues[0]?.message).toMatch(/^it must be an existing d.*years 1 to 9999.*2026-12-31/);
    }
  },
);

test('the first and the last day are days', () => {
  for (const text of ['0001-01-01', '9999-12-31']) {
    expect([day.parse(text), instantOrDay.parse(text)]).toEqual([text, text]);
  }
});
