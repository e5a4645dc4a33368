import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { eachLine } from '#bin/local/lambda/each-line.ts';

test('lines come whole, however they were cut, also in the middle of a character', async () => {
  const bytes = Buffer.from('one\ntwo ü\n\nlast');
  const chunks = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
  const lines: string[] = [];
  const stream = Readable.from(chunks, { objectMode: false });
  eachLine(stream, (line) => lines.push(line));
  await finished(stream);
  expect(lines).toEqual(['one', 'two ü', '', 'last']);
});
