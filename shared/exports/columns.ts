/** One column of an export. */
export type Column<Row> = {
  /** The cell as text; '' when nothing is known. */
  text(row: Row): string;
  /**
   * True when no value can need quotes or the formula guard: numbers, instants, ids, words of our own and host names.
   * Such cells are not scanned.
   */
  safe?: boolean;
  /** The value in NDJSON where it is no text. Texts: '' becomes null. */
  json?(row: Row): string | number | boolean | null;
};

/** Columns by name, in the order of the file. */
export type ColumnTable<Row> = Readonly<Record<string, Column<Row>>>;

/** Rows as the text of a file. @throws whatever a column throws at a row that it cannot read */
export type Encoder<Row> = (rows: readonly Row[]) => string;
