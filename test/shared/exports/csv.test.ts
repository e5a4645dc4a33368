import fc from 'fast-check';
import Papa from 'papaparse';
import { unguardFormula } from '#shared/csv/formula-guard.ts';
import type { ColumnTable } from '#shared/exports/columns.ts';
import { csvEncoder, csvHeader } from '#shared/exports/csv.ts';

type Row = { id: string; text: string; more: string };

const COLUMNS: ColumnTable<Row> = {
  id: { text: ({ id }) => id, safe: true },
  text: { text: ({ text }) => text },
  more: { text: ({ more }) => more },
};
const NAMES = ['id', 'text', 'more'];

const cells = (line: string) => Papa.parse<string[]>(line, { header: false, delimiter: ',' }).data;
const oneCell = (text: string, profile: 'excel' | 'raw' = 'excel') =>
  csvEncoder(COLUMNS, ['text'], profile)([{ id: '', text, more: '' }]);

describe('a CSV cell', () => {
  test.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '\0=1',
    '＝1',
    '＋1',
    '－1',
    '＠A',
    '  =1',
    '\u00a0@A',
  ])('that a spreadsheet would run gets an apostrophe: %j', (text) => {
    expect(cells(oneCell(text))[0]![0]).toBe(`'${text}`);
    expect(cells(oneCell(text, 'raw'))[0]![0]).toBe(text);
  });

  test.each(['spring', 'a=b', 'São Paulo', '(-1)', '"quoted"', ' space', "it's", '日本'])(
    'stays as it is: %j',
    (text) => {
      expect(cells(oneCell(text))[0]![0]).toBe(text);
    },
  );

  test.each([
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['two\rlines', '"two\rlines"'],
    [`${'long '.repeat(20)},`, `"${'long '.repeat(20)},"`],
    ['plain', 'plain'],
    ['', ''],
  ])('is quoted by RFC 4180 where it must be: %j', (text, written) => {
    expect(oneCell(text)).toBe(`${written}\r\n`);
  });
});

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('=', '+', '"', ',', '\r', '\n', '\t', ' ', "'", 'a', '＝', '\0') }),
  fc.string({ unit: 'binary', minLength: 20, maxLength: 60 }),
);

test('what is written raw is read back by papaparse as it was', () => {
  const encode = csvEncoder(COLUMNS, NAMES, 'raw');
  fc.assert(
    fc.property(fc.array(fc.tuple(anyText, anyText), { minLength: 1, maxLength: 20 }), (texts) => {
      const rows = texts.map(([text, more], n) => ({ id: `${n}`, text, more }));
      const csv = csvHeader(NAMES) + encode(rows);
      const { data } = Papa.parse<Row>(csv, {
        header: true,
        delimiter: ',',
        newline: '\r\n',
        skipEmptyLines: true,
      });
      expect(data).toEqual(rows);
    }),
    { numRuns: 300 },
  );
});

test('what is written for spreadsheets begins with no formula and can be taken back', () => {
  const encode = csvEncoder(COLUMNS, NAMES, 'excel');
  fc.assert(
    fc.property(anyText, (text) => {
      const [[, cell]] = cells(encode([{ id: 'x', text, more: 'y' }]).slice(0, -2)) as [string[]];
      expect(cell).not.toMatch(/^\s*[=+\-@\t\r\n\0＝＋－＠]/u);
      expect(unguardFormula(cell!)).toBe(text);
    }),
    { numRuns: 500 },
  );
});

test('columns are written in the order that was asked for', () => {
  expect(csvEncoder(COLUMNS, ['more', 'id'], 'raw')([{ id: '1', text: '2', more: '3' }])).toBe('3,1\r\n');
  expect(csvHeader(['more', 'id'])).toBe('more,id\r\n');
});
