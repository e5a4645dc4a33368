import type { Encoder } from './columns.ts';
import type { Encoded, RowWriter } from './format.ts';

/** Writes rows as text, all at once, and one by one when one of them cannot be read: a bad row costs no other. */
export const textRows =
  <Row>(encode: Encoder<Row>): RowWriter<Row> =>
  (rows) => {
    try {
      return { content: encode(rows), rows: rows.length, skippedRows: 0 };
    } catch {
      return oneByOne(encode, rows);
    }
  };

function oneByOne<Row>(encode: Encoder<Row>, rows: readonly Row[]): Encoded {
  const encoded = { content: '', rows: 0, skippedRows: 0 };
  for (const row of rows) {
    try {
      encoded.content += encode([row]);
      encoded.rows += 1;
    } catch {
      encoded.skippedRows += 1;
    }
  }
  return encoded;
}
