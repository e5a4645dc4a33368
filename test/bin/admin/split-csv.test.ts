import * as fc from 'fast-check';
import Papa from 'papaparse';
import { splitCsv } from '#bin/admin/split-csv.ts';

async function* chunks(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function split(text: string, { rows = 2, bytes = 1_000, chunk = 7 } = {}): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of splitCsv(chunks(text, chunk), { rows, bytes })) pieces.push(piece.toString());
  return pieces;
}

describe('splitting a CSV file', () => {
  test('repeats the header above each piece', async () => {
    expect(await split('a,b\n1,2\n3,4\n5,6\n')).toEqual(['a,b\n1,2\n3,4\n', 'a,b\n5,6\n']);
  });

  test('repeats the line that names the separator, too', async () => {
    expect(await split('sep=;\r\na;b\n1;2\n', { rows: 1 })).toEqual(['sep=;\r\na;b\n1;2\n']);
    expect(await split('\ufeffsep=;\na\n1\n2\n', { rows: 1 })).toEqual([
      '\ufeffsep=;\na\n1\n',
      '\ufeffsep=;\na\n2\n',
    ]);
  });

  test('takes the first row in which something stands for the header', async () => {
    expect(await split('\ufeff\n,,\n"",\na,b\n1,2\n,\n', { rows: 1 })).toEqual(['a,b\n1,2\n', 'a,b\n,\n']);
  });

  test('keeps line breaks within quotes', async () => {
    expect(await split('a\n"1\n2"\n"3""\n"\n4', { rows: 1 })).toEqual([
      'a\n"1\n2"\n',
      'a\n"3""\n"\n',
      'a\n4',
    ]);
  });

  test('ends a piece early when it grows large', async () => {
    expect(await split('a\n11111\n22222\n', { rows: 9, bytes: 6 })).toEqual(['a\n11111\n', 'a\n22222\n']);
  });

  test.each(['', 'a,b', 'a,b\n'])('hands on %j, for whoever reads it to refuse or accept', async (text) => {
    expect(await split(text)).toEqual([text]);
  });

  test('refuses a quote that is never closed, before it fills the memory', async () => {
    await expect(split(`a\n"${'x'.repeat(2_000)}`)).rejects.toThrow('a quote is not closed');
  });

  test('loses and changes nothing, wherever chunks end', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'ü', '"', '\n', '\r\n', ',', '日') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        async (rows, chunk, rowsOfPiece) => {
          const text = Papa.unparse([['x', 'y'], ...rows], { quotes: true });
          const pieces = await split(text, { chunk, rows: rowsOfPiece });
          const read = pieces.flatMap((piece) =>
            Papa.parse<string[]>(piece, { delimiter: ',' }).data.slice(1),
          );
          expect(read.filter((row) => row.length > 1)).toEqual(rows);
        },
      ),
    );
  });
});
