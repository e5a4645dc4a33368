import { storageFault } from '#shared/dynamodb/storable-json.ts';

const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });

test.each([
  [{ quiet_zone: 2, eyes: { outer: 'square', color: null }, list: [1, -0.5, 0] }],
  [nested(16)],
  [{ a: 'x'.repeat(992) }],
])('takes %j', (value) => {
  expect(storageFault(value, 1_000)).toBeUndefined();
});

test.each([
  ['more bytes than are allowed, of UTF-8', { a: '好'.repeat(400) }, 'has 1208 bytes'],
  ['levels that a table has not', nested(17), 'deeper than 16'],
  ['a member without a name', { a: [{ '': 1 }] }, 'no name'],
  ['a number that is too small', { a: [1e-300] }, '1e-300'],
  ['a number that is too large', { a: -1e300 }, '-1e+300'],
])('tells of %s', (_what, value, said) => {
  expect(storageFault(value, 1_000)).toContain(said);
});
