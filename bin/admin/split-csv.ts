import { separatorLine } from '#shared/csv/read-csv.ts';
import { AdminError } from './admin-error.ts';

const QUOTE = 0x22;
const NEWLINE = 0x0a;

type SplitOptions = {
  /** Rows of a piece, without the header. */
  rows: number;
  /** Beyond this a piece ends with its row; a longer row ends the file. */
  bytes: number;
};

/** A row of separators and white space alone, or nothing but a byte order mark, as Latin-1. */
const BLANK = /^(?:\xef\xbb\xbf)?[\s,;"]*$/;

/**
 * Cuts a CSV file at ends of rows into files with the same header row, so that it can be worked on piece by piece. A
 * line such as `sep=;` belongs to the header; blank rows before it are left out. Memory stays with one piece. A line break ends a row when the quotes before it are even; RFC 4180 section 2.
 * @throws AdminError when a single row is larger than a piece may be: a quote that is never closed
 */
export async function* splitCsv(
  source: AsyncIterable<Buffer>,
  { rows, bytes }: SplitOptions,
): AsyncGenerator<Buffer> {
  let separator: Buffer = Buffer.alloc(0);
  let header: Buffer | undefined;
  let piece: Buffer[] = [];
  let size = 0;
  let pieces = 0;
  for await (const row of rowsOf(source, bytes)) {
    if (header === undefined) {
      if (separator.length === 0 && separatorLine(row.toString()) !== undefined) separator = row;
      else if (!BLANK.test(row.toString('latin1'))) header = Buffer.concat([separator, row]);
      continue;
    }
    piece.push(row);
    size += row.length;
    if (piece.length < rows && size < bytes) continue;
    yield Buffer.concat([header, ...piece]);
    pieces += 1;
    piece = [];
    size = 0;
  }
  // An empty file and a header alone are handed on too: whoever reads them has the words for them.
  if (piece.length > 0 || pieces === 0) yield Buffer.concat([header ?? separator, ...piece]);
}

/** The rows as they stand, line break included. */
async function* rowsOf(source: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let quoted = false;
  for await (const chunk of source) {
    const bytes = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let at = rest.length; at < bytes.length; at += 1) {
      if (bytes[at] === QUOTE) quoted = !quoted;
      if (bytes[at] !== NEWLINE || quoted) continue;
      yield bytes.subarray(start, at + 1);
      start = at + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > maxBytes)
      throw new AdminError(`A row has more than ${maxBytes} bytes: a quote is not closed.`);
  }
  if (rest.length > 0) yield rest;
}
