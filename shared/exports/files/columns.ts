/** One column of an export. */
export type Column<Row> = {
  /** The cell as text; '' when nothing is known. */
  text(row: Row): string;
  /**
   * Where in the row the text stands, when it stands there just so. Generated code then reads it by its names; one
   * function that reads whatever names it closes over is several times slower.
   */
  path?: readonly string[];
  /**
   * True when no value can need quotes or the formula guard, whatever the delimiter: numbers, instants, ids, words of
   * our own and host names.
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

/** A column that is a text of the row; null and what is absent are ''. */
export const textAt = <Row>(...path: string[]): Column<Row> => ({
  path,
  text: (row) => (path.reduce<unknown>((value, name) => (value as Row & Names)?.[name], row) as string) ?? '',
});

type Names = Record<string, unknown>;
