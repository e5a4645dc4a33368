import fc from 'fast-check';
import { placeOf } from '#shared/clicks/capture/capture.ts';
import { COUNTED_NAMES, countedName } from '#shared/roll-ups/counted-names.ts';
import type { Tops } from '#shared/roll-ups/totals.ts';

const TOPS = Object.keys(COUNTED_NAMES) as (keyof Tops)[];

test.each<[keyof Tops, string, string]>([
  ['browser', 'Chrome', 'Chrome'],
  ['browser', 'cHROme', 'Chrome'],
  ['browser', 'Mobile Safari', 'Safari'],
  ['browser', 'mobilesafari', 'Safari'],
  ['browser', 'Chrome ', 'Other'],
  ['browser', 'constructor', 'Other'],
  ['browser', '', 'Other'],
  ['os', 'ANDROID', 'Android'],
  ['os', 'UBUNTU', 'Linux'],
  ['os', 'Mac OS', 'macOS'],
  ['os', 'TempleOS', 'Other'],
  ['country', 'de', 'DE'],
  ['country', 'ZZ', 'Other'],
  ['device', 'tablet', 'tablet'],
  ['device', 'toaster', 'Other'],
])('a %s called %j is counted as %s', (top, value, name) => {
  expect(countedName(top, value)).toBe(name);
});

test('every name of the lists counts as itself, and none twice', () => {
  for (const top of TOPS) {
    const names: readonly string[] = COUNTED_NAMES[top];
    expect(names.map((name) => countedName(top, name))).toEqual(names);
    expect(new Set(names).size).toBe(names.length);
  }
});

test('every country has a name, and every code of ISO 3166-1 is there', () => {
  expect(COUNTED_NAMES.country).toHaveLength(250);
  for (const country of COUNTED_NAMES.country) {
    expect(
      placeOf({ country, countryName: undefined, region: undefined, regionName: undefined, city: undefined }),
    ).toMatchObject({ countryCode: country, countryName: expect.any(String) });
  }
});

test('property: whatever is sent is counted under a name of ours', () => {
  const sent = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.mixedCase(fc.constantFrom(...TOPS.flatMap((top): readonly string[] => COUNTED_NAMES[top]))),
  );
  fc.assert(
    fc.property(fc.constantFrom(...TOPS), sent, (top, value) => {
      expect(['Other', ...COUNTED_NAMES[top]]).toContain(countedName(top, value));
    }),
  );
});
