import * as z from 'zod';
import { DELIMITERS, type Delimiter } from '#shared/csv/formula-guard.ts';
import { archive, archiveManifest } from './archive/archive-format.ts';
import { BYTE_ORDER_MARK, CSV_PROFILES, csvEncoder, csvHeader } from './csv.ts';
import type { FileFormat, FormatRegistry } from './format.ts';
import { ndjsonEncoder } from './ndjson.ts';
import { textRows } from './text-rows.ts';

/** How the rows of an export are written; part of its spec. */
export type RowOptions = {
  format: keyof typeof FORMATS;
  columns: readonly string[];
  compression: keyof typeof COMPRESSIONS;
  csv_profile: (typeof CSV_PROFILES)[number];
  /** Absent in specs that are older than the choice. */
  delimiter?: Delimiter | undefined;
  bom: boolean;
};

/** The formats of rows. A new one is one entry here and one test. */
const FORMATS = {
  csv: {
    extension: 'csv',
    contentType: 'text/csv; charset=utf-8',
    open: ({ columns, bom, delimiter = ',' }) => (bom ? BYTE_ORDER_MARK : '') + csvHeader(columns, delimiter),
    rows: (table, { columns, csv_profile, delimiter = ',' }) =>
      textRows(csvEncoder(table, columns, { profile: csv_profile, delimiter })),
  },
  ndjson: {
    extension: 'ndjson',
    contentType: 'application/x-ndjson; charset=utf-8',
    open: () => '',
    rows: (table, { columns }) => textRows(ndjsonEncoder(table, columns)),
  },
} as const satisfies Record<string, FormatEntry>;

type FormatEntry = FileFormat<RowOptions> & { extension: string; contentType: string };

/** Formats of their own rows, which no spec names: their kinds do. */
const ARCHIVES = { archive, manifest: archiveManifest } as const;

/** A format by name; its options were validated by formatFields when the job was accepted. */
export const fileFormat: FormatRegistry = (name) => {
  const all = { ...FORMATS, ...ARCHIVES };
  const format = Object.hasOwn(all, name) ? all[name as keyof typeof all] : undefined;
  if (format === undefined) throw new Error(`there is no format of files called ${name}`);
  return format as unknown as FileFormat;
};

/** What a file is packed in; members and frames follow each other, so every run of rows is packed on its own. */
export const COMPRESSIONS = {
  none: { extension: '', contentType: undefined },
  gzip: { extension: '.gz', contentType: 'application/gzip' },
  zstd: { extension: '.zst', contentType: 'application/zstd' },
} as const;

/** Extension and content type of a file. */
export function fileTypeOf({ format, compression }: RowOptions): { extension: string; contentType: string } {
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
