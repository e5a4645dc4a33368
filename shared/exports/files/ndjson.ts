import type { ColumnTable, Encoder } from './columns.ts';

/** An encoder of rows as one JSON object a line; what is not known is null. */
export function ndjsonEncoder<Row>(columns: ColumnTable<Row>, names: readonly string[]): Encoder<Row> {
  const values = names.map((name) => {
    const { json, text } = columns[name]!;
    return [name, json ?? ((row: Row) => text(row) || null)] as const;
  });
  return (rows) => {
    let lines = '';
    for (const row of rows) {
      const object: Record<string, unknown> = {};
      for (const [name, value] of values) object[name] = value(row);
      lines += `${JSON.stringify(object)}\n`;
    }
    return lines;
  };
}
