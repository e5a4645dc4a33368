import { CATALOG_COLUMNS } from '#shared/exports/kinds/catalog-columns.ts';
import { catalogSchema } from '#shared/exports/kinds/link-catalog.ts';
import {
  ALL_CATALOG_COLUMN_NAMES,
  CATALOG_COLUMN_NAMES,
  readCatalogCsv,
} from '#shared/links/catalog/catalog-csv.ts';
import { processorMs } from '#test/support/processor-ms.ts';

const read = (text: string) => readCatalogCsv(Buffer.from(text));

test('the columns are those that exports write', () => {
  expect(ALL_CATALOG_COLUMN_NAMES).toEqual(Object.keys(CATALOG_COLUMNS));
  expect(catalogSchema.parse({ columns: 'all' }).columns).toEqual(ALL_CATALOG_COLUMN_NAMES);
  expect(catalogSchema.parse({}).columns).toEqual(CATALOG_COLUMN_NAMES);
  expect(CATALOG_COLUMN_NAMES).toHaveLength(19);
});

test.each<[string, string | Buffer, RegExp]>([
  ['an empty file', '', /empty/],
  ['blank lines', '\n\n', /empty/],
  ['a file without destinations', 'short_code\nabc\n', /destination_url/],
  ['an unknown column', 'destination_url,slug\nhttps://example.com/,abc\n', /"slug" is no column/],
  [
    'an unknown column in capitals',
    'Destination_URL,Slug\nhttps://example.com/,abc\n',
    /"Slug" is no column/,
  ],
  ['a column twice in two cases', 'destination_url,Tags,tags\nhttps://example.com/,a,b\n', /twice/],
  ['rows of separators', ',,\n,,\n', /empty/],
  ['a foreign separator', 'sep=|\ndestination_url|tags\n', /separated by "\|"; comma, semicolon and TAB/],
  ['a column twice', 'destination_url,tags,tags\nhttps://example.com/,a,b\n', /twice/],
  ['a file without header', 'https://example.com/\n', /is no column/],
  ['open quotes', 'destination_url\n"https://example.com/\n', /quotes/],
  ['text behind quotes', 'destination_url\n"https://example.com/"x\n', /quotes/],
  ['Latin-1', Buffer.from('destination_url\nhttps://example.com/\xfc\n', 'latin1'), /UTF-8/],
  ['UTF-16', Buffer.from('destination_url\nhttps://example.com/\n', 'utf16le'), /is no column/],
])('%s cannot be read', (_what, file, message) => {
  expect(() => readCatalogCsv(Buffer.from(file as string))).toThrow(
    expect.objectContaining({ code: 'invalid_request', message: expect.stringMatching(message) }),
  );
});

test('a header alone has no rows', () => {
  expect(read('destination_url\n')).toEqual([]);
});

test.each([
  ['blank lines', '\n'.repeat(2_000_000)],
  ['rows of separators', ',\r\n'.repeat(600_000)],
  ['one row of cells', ','.repeat(2_000_000)],
])('2 MB of %s hold nothing and cost next to nothing', async (_what, rest) => {
  const file = Buffer.from(`destination_url,tags\n${rest}`);
  expect(await processorMs(() => expect(readCatalogCsv(file, 1_000)).toEqual([]))).toBeLessThan(300);
});

test('rows beyond the limit are not looked at', () => {
  const file = `destination_url\n${'a\n'.repeat(1_001)}"never closed`;
  expect(() => readCatalogCsv(Buffer.from(file), 1_000)).toThrow(/more than 1000 rows; at most 1000/);
  expect(() => readCatalogCsv(Buffer.from(file), 1_001)).toThrow(/not closed/);
});

test('the last row that is allowed is read, one more is refused', () => {
  const rows = (count: number) => Buffer.from(`destination_url\n${'a\n\n'.repeat(count)}`);
  expect(readCatalogCsv(rows(3), 3)).toHaveLength(3);
  expect(() => readCatalogCsv(rows(4), 3)).toThrow(/more than 3 rows/);
});

test('a row of another length is told apart, the others are read', () => {
  expect(read('destination_url,tags\na,b\nc\nd,e,f\n')).toEqual([
    { row: 1, cells: { destination_url: 'a', tags: 'b' } },
    { row: 2, cells: {}, fault: 'the row has 1 cells; the header has 2' },
    { row: 3, cells: {}, fault: 'the row has 3 cells; the header has 2' },
  ]);
});

test.each([
  ['a byte order mark', '\ufeffdestination_url,tags\r\na,"x,y"\r\n'],
  ['semicolons', 'destination_url;tags\na;x,y\n'],
  ['tabs', 'destination_url\ttags\na\tx,y\n'],
  ['blanks around the names', ' destination_url , tags \na,"x,y"\n'],
  ['blank lines between', 'destination_url,tags\n\na,"x,y"\n\n'],
  ['no line end at the end', 'destination_url,tags\na,"x,y"'],
  ['capitals in the header', 'Destination_URL,TAGS\na,"x,y"'],
  ['a line of white space before semicolons', ' \t\ndestination_url;tags\na;x,y\n'],
  ['rows of separators between', ',\ndestination_url,tags\n,\n , \na,"x,y"\n,\n"",\n'],
  ['a line that names the separator', 'sep=;\r\ndestination_url;tags\r\na;x,y\r\n'],
  ['a byte order mark before that line', '\ufeffsep=;\r\ndestination_url;tags\r\na;x,y\r\n'],
  ['a line that names the comma, before semicolons in a cell', 'sep=,\ndestination_url,tags\na,"x,y"\n'],
  ['empty columns at the end', 'destination_url,tags,,\na,"x,y",,\n'],
  ['empty columns that a row lacks', 'destination_url,tags,,\na,"x,y"\n'],
  ['line ends of old', 'destination_url,tags\ra,"x,y"\r'],
  ['another order', 'tags,destination_url\n"x,y",a'],
])('%s make no difference', (_what, text) => {
  expect(read(text)).toEqual([{ row: 1, cells: { destination_url: 'a', tags: 'x,y' } }]);
});

test('quoted cells hold quotes, commas and line ends; the formula guard comes off', () => {
  const [row] = read('destination_url,space,tags\nhttps://example.com/a,"say ""hi"",\nall",\'=x\n');
  expect(row!.cells).toEqual({
    destination_url: 'https://example.com/a',
    space: 'say "hi",\nall',
    tags: '=x',
  });
});
