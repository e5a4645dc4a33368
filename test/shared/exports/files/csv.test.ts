import fc from 'fast-check';
import Papa from 'papaparse';
import { DELIMITERS, type Delimiter, unguardFormula } from '#shared/csv/formula-guard.ts';
import type { ColumnTable } from '#shared/exports/files/columns.ts';
import { csvEncoder, csvHeader } from '#shared/exports/files/csv.ts';

type Row = { id: string; text: string; more: string };

const COLUMNS: ColumnTable<Row> = {
  id: { text: ({ id }) => id, safe: true },
  text: { text: ({ text }) => text },
  more: { text: ({ more }) => more },
};
const NAMES = ['id', 'text', 'more'];

const cells = (line: string) => Papa.parse<string[]>(line, { header: false, delimiter: ',' }).data;
const oneCell = (text: string, profile: 'excel' | 'raw' = 'excel', delimiter: Delimiter = ',') =>
  csvEncoder(COLUMNS, ['text'], { profile, delimiter })([{ id: '', text, more: '' }]);

describe('a CSV cell', () => {
  test.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '\nx',
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

  test.each<[string, Delimiter, string]>([
    ['https://e.example/?;=1+1;', ',', "https://e.example/?;'=1+1;"],
    ['a;"=1"', ',', '"a;\'""=1"""'],
    [`${'long '.repeat(20)}\t=1`, ',', `${'long '.repeat(20)}\t'=1`],
    ['/@40.7,-74.0', ',', '"/@40.7,-74.0"'],
    ['/@40.7,-74.0', ';', "/@40.7,'-74.0"],
    ['a;=1', ';', '"a;=1"'],
    ['a;=1\tb', '\t', '"a;\'=1\tb"'],
  ])('%j gets one where another delimiter than %j would cut', (text, delimiter, written) => {
    expect(oneCell(text, 'excel', delimiter)).toBe(`${written}\r\n`);
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
  fc.string({ unit: fc.constantFrom(...'=-"",;;\r\n\t \'a＝\0') }),
  fc.string({ unit: 'binary', minLength: 20, maxLength: 60 }),
);

test.each(DELIMITERS)('what is written raw is read back by papaparse as it was, cut at %j', (delimiter) => {
  const encode = csvEncoder(COLUMNS, NAMES, { profile: 'raw', delimiter });
  fc.assert(
    fc.property(fc.array(fc.tuple(anyText, anyText), { minLength: 1, maxLength: 20 }), (texts) => {
      const rows = texts.map(([text, more], n) => ({ id: `${n}`, text, more }));
      const csv = csvHeader(NAMES, delimiter) + encode(rows);
      const { data } = Papa.parse<Row>(csv, {
        header: true,
        delimiter,
        newline: '\r\n',
        skipEmptyLines: true,
      });
      expect(data).toEqual(rows);
    }),
    { numRuns: 200 },
  );
});

/** Every beginning of a cell that a reader finds which cuts there and at line ends and takes quotes for text. */
const beginnings = (file: string, cutAt: string) => file.split(new RegExp(`[\r\n${cutAt}]`));

describe.each(DELIMITERS)('what is written for spreadsheets, cut at %j,', (delimiter) => {
  const encode = csvEncoder(COLUMNS, NAMES, { profile: 'excel', delimiter });
  const write = (text: string, more: string) => encode([{ id: 'x', text, more }]);

  test('begins with no formula and can be taken back', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, more) => {
        const [row] = Papa.parse<string[]>(write(text, more), { delimiter, newline: '\r\n' }).data;
        for (const [n, given] of [text, more].entries()) {
          const cell = row![n + 1]!;
          expect(cell).not.toMatch(/^[\s"\0]*[=+\-@＝＋－＠]|^\s*[\t\r\n\0]/u);
          expect(unguardFormula(cell, delimiter)).toBe(given);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(DELIMITERS.filter((other) => other !== delimiter))(
    'shows no formula to a reader that cuts at %j',
    (other) => {
      fc.assert(
        fc.property(anyText, anyText, (text, more) => {
          const file = write(text, more);
          for (const beginning of beginnings(file, other))
            expect(beginning).not.toMatch(/^[\s"\0]*[=+\-@＝＋－＠]/u);
          const { data } = Papa.parse<string[]>(file, { delimiter: other });
          for (const cell of data.flat()) expect(cell).not.toMatch(/^[\s"\0]*[=+\-@＝＋－＠]/u);
        }),
        { numRuns: 2_000 },
      );
    },
  );
});

test('columns are written in the order that was asked for', () => {
  const encode = csvEncoder(COLUMNS, ['more', 'id'], { profile: 'raw', delimiter: ';' });
  expect(encode([{ id: '1', text: '2', more: '3' }])).toBe('3;1\r\n');
  expect(csvHeader(['more', 'id'], ';')).toBe('more;id\r\n');
});
