import * as z from 'zod';
import { type ColumnTable, textAt } from '#shared/exports/files/columns.ts';
import type { Encoded } from '#shared/exports/files/format.ts';
import { fileFormat, formatFields, type RowOptions } from '#shared/exports/files/formats.ts';

type Row = { name: string; note: string };
const COLUMNS: ColumnTable<Row> = { name: textAt('name'), note: textAt('note') };
const schema = z.strictObject(formatFields(COLUMNS));

const fileOf = (options: RowOptions, rows: readonly Row[]): string => {
  const csv = fileFormat('csv');
  const encoded = csv.rows(COLUMNS, options)(rows) as Encoded;
  return `${csv.open(options)}${encoded.content}`;
};
const ROWS = [{ name: 'a;b', note: 'c\td,e' }];

test.each([
  [{}, 'name,note\r\na;b,"c\td,e"\r\n'],
  [{ delimiter: ';' }, 'name;note\r\n"a;b";c\td,e\r\n'],
  [{ delimiter: '\t' }, 'name\tnote\r\na;b\t"c\td,e"\r\n'],
])('a CSV file is cut as %j says', (options, file) => {
  expect(fileOf(schema.parse(options), ROWS)).toBe(file);
});

test.each(['|', '', ',;', ' '])('%j is no delimiter', (delimiter) => {
  expect(schema.safeParse({ delimiter }).success).toBe(false);
});

test('a spec from before delimiters could be chosen still gives commas', () => {
  const { delimiter: _delimiter, ...older } = schema.parse({});
  expect(fileOf(older, ROWS)).toBe('name,note\r\na;b,"c\td,e"\r\n');
});

test.each([
  [{}, ['name', 'note']],
  [{ columns: ['note'] }, ['note']],
  [{ columns: 'note' }, ['note']],
  [{ columns: ['note', 'name'] }, ['note', 'name']],
  [{ columns: 'all' }, ['name', 'note']],
  [{ columns: ['note', 'all'] }, ['name', 'note']],
])('%j are %j', (options, columns) => {
  expect(schema.parse(options).columns).toEqual(columns);
});

test.each([[[]], ['other'], [['other']], [['name', 'name']], [null], [7]])(
  'columns may not be %j',
  (columns) => {
    const { error } = schema.safeParse({ columns });
    expect(error).toBeDefined();
  },
);

test('a format that there is not is an accident, no answer', () => {
  expect(() => fileFormat('toString')).toThrow('there is no format of files called toString');
});
