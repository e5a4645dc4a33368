import { CATALOG_COLUMNS } from '#shared/exports/catalog-columns.ts';
import { CATALOG_COLUMN_NAMES, readCatalogCsv } from '#shared/links/catalog-csv.ts';

const read = (text: string) => readCatalogCsv(Buffer.from(text));

test('the columns are those that exports write', () => {
  expect(CATALOG_COLUMN_NAMES).toEqual(Object.keys(CATALOG_COLUMNS));
});

test.each<[string, string | Buffer, RegExp]>([
  ['an empty file', '', /empty/],
  ['blank lines', '\n\n', /empty/],
  ['a file without destinations', 'short_code\nabc\n', /destination_url/],
  ['an unknown column', 'destination_url,slug\nhttps://example.com/,abc\n', /"slug" is no column/],
  ['a column in capitals', 'Destination_URL\nhttps://example.com/\n', /is no column/],
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
