import * as z from 'zod';
import { DELIMITERS, type Delimiter } from '#shared/csv/delimiter.ts';
import type { ColumnTable, Encoder } from './columns.ts';
import { BYTE_ORDER_MARK, CSV_PROFILES, csvEncoder, csvHeader } from './csv.ts';
import { ndjsonEncoder } from './ndjson.ts';

/** How the rows of an export are written; part of its spec. */
export type Format = {
  format: keyof typeof FORMATS;
  columns: readonly string[];
  compression: keyof typeof COMPRESSIONS;
  csv_profile: (typeof CSV_PROFILES)[number];
  /** Absent in specs that are older than the choice. */
  delimiter?: Delimiter | undefined;
  bom: boolean;
};

type FormatEntry = {
  extension: string;
  contentType: string;
  /** What stands before the first row. */
  header(format: Format): string;
  encoder<Row>(columns: ColumnTable<Row>, format: Format): Encoder<Row>;
};

/** The formats of rows. A new one is one entry here and one test. */
export const FORMATS = {
  csv: {
    extension: 'csv',
    contentType: 'text/csv; charset=utf-8',
    header: ({ columns, bom, delimiter = ',' }) =>
      (bom ? BYTE_ORDER_MARK : '') + csvHeader(columns, delimiter),
    encoder: (table, { columns, csv_profile, delimiter = ',' }) =>
      csvEncoder(table, columns, { profile: csv_profile, delimiter }),
  },
  ndjson: {
    extension: 'ndjson',
    contentType: 'application/x-ndjson; charset=utf-8',
    header: () => '',
    encoder: (table, { columns }) => ndjsonEncoder(table, columns),
  },
} as const satisfies Record<string, FormatEntry>;

/** What a file is packed in; members and frames follow each other, so every run of rows is packed on its own. */
export const COMPRESSIONS = {
  none: { extension: '', contentType: undefined },
  gzip: { extension: '.gz', contentType: 'application/gzip' },
  zstd: { extension: '.zst', contentType: 'application/zstd' },
} as const;

/** Extension and content type of a file. */
export function fileTypeOf({ format, compression }: Format): { extension: string; contentType: string } {
  const packed = COMPRESSIONS[compression];
  const plain = FORMATS[format];
  return {
    extension: plain.extension + packed.extension,
    contentType: packed.contentType ?? plain.contentType,
  };
}

const keysOf = <K extends string>(table: Record<K, unknown>): [K, ...K[]] =>
  Object.keys(table) as [K, ...K[]];

const ALL = 'all';

/** Columns by name, a single one bare as a query has it, or `all` of them. A spec names what `all` were when it was made. */
const columnNames = <Name extends string>(all: readonly [Name, ...Name[]]) =>
  z
    .union(
      [
        z
          .array(z.enum([...all, ALL]))
          .min(1)
          .refine((names) => new Set(names).size === names.length, 'no column may be named twice')
          .meta({ uniqueItems: true }),
        z.enum([...all, ALL]),
      ],
      `it must be "all", or one or several of ${all.join(', ')}`,
    )
    .transform((given): readonly Name[] => {
      const names = [given].flat() as (Name | typeof ALL)[];
      return names.includes(ALL) ? all : (names as Name[]);
    });

/** The format fields of a spec whose rows have these columns, and those `byDefault` when none are asked for. */
export const formatFields = <Name extends string>(
  columns: Readonly<Record<Name, unknown>>,
  byDefault: readonly Name[] = keysOf(columns),
) => ({
  format: z.enum(keysOf(FORMATS)).default('csv'),
  columns: columnNames(keysOf(columns))
    .default(byDefault)
    .describe('In the order of the file; `all` is every one.'),
  compression: z.enum(keysOf(COMPRESSIONS)).default('none'),
  csv_profile: z
    .enum(CSV_PROFILES)
    .default('excel')
    .describe(
      '`excel` puts an apostrophe before what a spreadsheet would run; `raw` writes cells as they are.',
    ),
  delimiter: z.enum(DELIMITERS).default(',').describe('What stands between the cells of a CSV file.'),
  bom: z.boolean().default(false),
});

/** Encoded rows; a row that cannot be read is left out and counted. */
export type Encoded = { text: string; rows: number; skippedRows: number };

/** Encodes rows all at once, and one by one when one of them cannot be read: a bad row costs no other. */
export function encodeRows<Row>(encode: Encoder<Row>, rows: readonly Row[]): Encoded {
  try {
    return { text: encode(rows), rows: rows.length, skippedRows: 0 };
  } catch {
    const encoded = { text: '', rows: 0, skippedRows: 0 };
    for (const row of rows) {
      try {
        encoded.text += encode([row]);
        encoded.rows += 1;
      } catch {
        encoded.skippedRows += 1;
      }
    }
    return encoded;
  }
}
