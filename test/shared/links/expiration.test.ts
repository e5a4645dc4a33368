import { futureExpiration } from '#shared/links/expiration.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const FREE = { allowHttp: false, expirationRequired: false, expirationChangesAllowed: true };
const code = (text: string | null | undefined, policy = FREE): string => {
  try {
    return String(futureExpiration(text, policy, NOW));
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test.each([
  '',
  'tomorrow',
  '2027-01-01',
  '2027-01-01T00:00:00',
  '2027-01-01 00:00:00Z',
  '2027-02-29T00:00:00Z',
  '2027-02-30T00:00:00Z',
  '2027-13-01T00:00:00Z',
  '2027-01-01T24:00:00Z',
  '2027-01-01T00:60:00Z',
  '2027-01-01T00:00:60Z',
  '2027-01-01T00:00:00+25:00',
  '1803859200000',
  ' 2027-01-01T00:00:00Z',
  '+010000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-00:01',
])('%j is no instant with an offset', (text) => {
  expect(code(text)).toBe('invalid_expires_at');
});

test.each(['2020-01-01T00:00:00Z', '2026-11-21T12:00:00Z', '2026-11-21T13:00:00+02:00'])(
  '%s has passed',
  (text) => {
    expect(code(text)).toBe('invalid_expires_at');
  },
);

test.each([
  ['2026-11-21T12:00:00.001Z', NOW + 1],
  ['2026-11-21T12:00:01+00:00', NOW + 1_000],
  ['2026-11-21T11:00:00-02:00', NOW + 3_600_000],
  ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
  ['9999-12-31T23:59:59.999Z', 253_402_300_799_999],
])('%s lies ahead', (text, ms) => {
  expect(futureExpiration(text, FREE, NOW)).toBe(ms);
});

test.each([null, undefined])('%s is no expiration, where the domain allows that', (none) => {
  expect(futureExpiration(none, FREE, NOW)).toBeNull();
  expect(code(none, { ...FREE, expirationRequired: true })).toBe('expiration_required');
});
