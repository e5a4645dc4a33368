import type { ColumnTable } from './columns.ts';

/** Bytes of a file; text is UTF-8. */
export type Content = string | Uint8Array;

/** Rows as a run of bytes; a row that cannot be read is left out and counted. */
export type Encoded = {
  content: Content;
  rows: number;
  skippedRows: number;
  /** What the end of the file will need of these rows; such pieces follow each other in the segment's index. */
  index?: Uint8Array;
};

/** Writes the rows of a segment, run after run. */
export type RowWriter<Row> = (rows: readonly Row[]) => Encoded | Promise<Encoded>;

/** A segment that is done, for the end of the file. */
export type WrittenSegment = {
  /** Of which of the job's files it is. */
  file: number;
  /** Of its bytes in the file, what stands before the first row included. */
  bytes: number;
  rows: number;
  /** All index pieces of its rows, in order; empty when they left none. Read anew at each call. */
  index(): Promise<Uint8Array>;
};

/** What a format is told beside the rows: which columns, how cells are quoted; its own words. */
export type FormatOptions = Readonly<Record<string, unknown>>;

/**
 * How rows become a file: bytes with a beginning, rows and an end. A segment writes its rows without knowing the others.
 * Whatever it is given again, it writes again byte for byte.
 */
export type FileFormat<Options = FormatOptions> = {
  /** What stands before the first row. */
  open(options: Options): Content;
  rows<Row>(columns: ColumnTable<Row>, options: Options): RowWriter<Row>;
  /**
   * What stands behind the last row, from what the segments left behind. A format that leaves it out ends with its rows:
   * the only segment of a file then is the file.
   * @param segments  of all files of the job, in order: a file may be made of nothing but what others left behind
   */
  close?(options: Options, segments: readonly WrittenSegment[]): AsyncIterable<Content>;
};

/** The formats that there are, by name. @throws Error for a name that is none */
export type FormatRegistry = (name: string) => FileFormat;
