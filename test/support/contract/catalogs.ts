import fc from 'fast-check';

const CELLS = [
  '',
  'https://example.com/sale',
  'Spring',
  '=1+1',
  'a "b"',
  'a,b;c',
  '302',
  'active',
  '2099-01-01T00:00:00Z',
  '{"a":"b"}',
  '{"constructor":"b"}',
  'x'.repeat(300),
  '\u0000',
  'true',
  '漢😀',
];
const COLUMNS = [
  'title',
  'short_code',
  'tags',
  'space',
  'status',
  'expires_at',
  'custom_query_params',
  'utm_source',
  'redirect_status_code',
];

/** CSV files with some of the columns of a catalog; whether their cells fit, is told row by row. */
export const catalogs: fc.Arbitrary<string> = fc.subarray(COLUMNS).chain((some) =>
  fc
    .array(fc.array(fc.constantFrom(...CELLS), { minLength: some.length, maxLength: some.length }), {
      maxLength: 3,
    })
    .map((rows) =>
      [['destination_url', ...some], ...rows.map((cells) => ['https://example.com/landing', ...cells])]
        .map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','))
        .join('\r\n'),
    ),
);
