import fc from 'fast-check';
import Papa from 'papaparse';
import { DELIMITERS } from '#shared/csv/formula-guard.ts';
import { csvRows, delimiterOf, separatorLine } from '#shared/csv/read-csv.ts';

const read = (text: string) => [...csvRows(text, ',')];

test.each<[string, string[][]]>([
  ['', []],
  ['\r\n\n\r', []],
  ['a', [['a']]],
  [
    'a,b\r\nc,d\ne,f\rg,h',
    [
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
      ['g', 'h'],
    ],
  ],
  [',a,\n', [['', 'a', '']]],
  ['"a,""b""\r\nc",d\n', [['a,"b"\r\nc', 'd']]],
  ['"",a\n', [['', 'a']]],
  ['"""",a\n', [['"', 'a']]],
  ['"a"  ,b\n', [['a', 'b']]],
  ['5" pipe,b\n', [['5" pipe', 'b']]],
  [',,\n , \n"","\n"\na\n,', [['a']]],
])('%j', (text, rows) => {
  expect(read(text)).toEqual(rows);
});

test.each([
  ['"a', /the header are not closed/],
  ['a\n"b""\nc', /row 1 are not closed/],
  ['a\n\n,\nb\n"c"d\n', /row 2 have text behind/],
])('%j is refused where it cannot be read', (text, message) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({ code: 'invalid_request', message: expect.stringMatching(message) }),
  );
});

test('rows are read as they are asked for', () => {
  const rows = csvRows('a\n"never closed', ',');
  expect(rows.next().value).toEqual(['a']);
  expect(() => rows.next()).toThrow(/not closed/);
});

test.each(DELIMITERS)('papaparse reads the same, cut at %j', (delimiter) => {
  const text = fc.string({ unit: fc.constantFrom(...`aa"" \n${delimiter}${delimiter}`), maxLength: 40 });
  fc.assert(
    fc.property(text, (given) => {
      const { data, errors } = Papa.parse<string[]>(given, {
        delimiter,
        newline: '\n',
        skipEmptyLines: 'greedy',
      });
      fc.pre(errors.length === 0);
      expect([...csvRows(given, delimiter)]).toEqual(data);
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  ['sep=;\na;b', ';', 6],
  ['SEP=,\r\na', ',', 7],
  ['\ufeff"sep=\t"\na', '\t', 9],
  ['sep=|\n', '|', 6],
  ['sep=;;;\n', ';', 8],
])('%j begins with a line for spreadsheets', (text, separator, end) => {
  expect(separatorLine(text)).toEqual({ separator, end });
});

test.each(['', 'destination_url\n', 'sep=\n', 'sep=;a\n', '\nsep=;\n'])('%j does not', (text) => {
  expect(separatorLine(text)).toBeUndefined();
});

test.each([
  ['a,b;c\td', '\t'],
  ['a,b;c\n\t', ';'],
  ['\r\n\na;b', ';'],
  ['a', ','],
])('the header line of %j is cut at %j', (text, delimiter) => {
  expect(delimiterOf(text)).toBe(delimiter);
});
