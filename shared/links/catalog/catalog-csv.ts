import { DELIMITERS, type Delimiter, unguardFormula } from '#shared/csv/formula-guard.ts';
import { csvRows, delimiterOf, isBlankRow, separatorLine } from '#shared/csv/read-csv.ts';
import { Problem } from '#shared/problem.ts';

/** The columns of a catalog file unless others are asked for, in the order in which exports write them. */
export const CATALOG_COLUMN_NAMES = [
  'url_id',
  'short_code',
  'short_url',
  'domain',
  'destination_url',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_term',
  'utm_content',
  'custom_query_params',
  'space',
  'tags',
  'status',
  'expires_at',
  'password_protected',
  'redirect_status_code',
  'clicks',
  'created_at',
] as const;

/** Every column: with these too, a link can be made elsewhere as it is. */
export const ALL_CATALOG_COLUMN_NAMES = [
  ...CATALOG_COLUMN_NAMES,
  'title',
  'pass_click_id',
  'forward_query',
  'routing_rules',
  'qr',
  'updated_at',
  'type',
] as const;

export type CatalogColumn = (typeof ALL_CATALOG_COLUMN_NAMES)[number];

const COLUMNS: ReadonlySet<string> = new Set(ALL_CATALOG_COLUMN_NAMES);

/** The cells of a row by column; columns that the file lacks are absent. */
export type CatalogCells = Partial<Record<CatalogColumn, string>>;

/** One row of a catalog file. `row` counts from 1 without the header; `fault` tells why there are no cells. */
export type CatalogRow = { row: number; cells: CatalogCells; fault?: string };

/**
 * Reads a catalog file as exports and spreadsheets write it: UTF-8 with or without byte order mark, comma, semicolon or
 * tab between cells (a first line `sep=;` says which), any subset of the columns in any order and case that has
 * `destination_url`, blank rows anywhere. The formula guard of exports is taken off again.
 * @throws Problem 'invalid_request' when the file as a whole cannot be read, or has more than `maxRows`: at the first
 *   row that is one too many, so that no file costs more than it may hold
 */
export function readCatalogCsv(bytes: Uint8Array, maxRows: number = Number.POSITIVE_INFINITY): CatalogRow[] {
  const text = decode(bytes);
  const { delimiter, from } = cutOf(text);
  const rows: CatalogRow[] = [];
  let columns: CatalogColumn[] | undefined;
  for (const cells of csvRows(text, delimiter, from)) {
    if (columns === undefined) columns = columnsOf(cells);
    else if (rows.length === maxRows)
      throw invalid(`it has more than ${maxRows} rows; at most ${maxRows} are allowed`);
    else rows.push(rowOf(cells, { columns, delimiter }, rows.length + 1));
  }
  if (columns === undefined) throw invalid('the file is empty; a header row is needed');
  return rows;
}

const invalid = (message: string, field?: string): Problem =>
  new Problem('invalid_request', `the CSV file is not valid: ${message}`, { field });

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem(
      'invalid_request',
      'the CSV file is not valid: it is not UTF-8; spreadsheets save it as "CSV UTF-8"',
      { cause },
    );
  }
}

/** What stands between the cells, and where the file begins behind a line that says so. */
function cutOf(text: string): { delimiter: Delimiter; from: number } {
  const line = separatorLine(text);
  if (line === undefined) return { delimiter: delimiterOf(text), from: 0 };
  const delimiter = DELIMITERS.find((known) => known === line.separator);
  if (delimiter !== undefined) return { delimiter, from: line.end };
  throw invalid(
    `its cells are separated by ${JSON.stringify(line.separator)}; comma, semicolon and TAB are allowed`,
  );
}

function columnsOf(header: readonly string[]): CatalogColumn[] {
  const names = header.map((name) => name.trim().toLowerCase());
  // Spreadsheets write columns that were emptied; rows have nothing there either.
  while (names.at(-1) === '') names.pop();
  const unknown = names.findIndex((name) => !COLUMNS.has(name));
  if (unknown >= 0) {
    const shown = header[unknown]!.trim().slice(0, 80);
    throw invalid(`"${shown}" is no column of a catalog; allowed: ${[...COLUMNS].join(', ')}`, shown);
  }
  const repeated = names.find((name, n) => names.indexOf(name) !== n);
  if (repeated !== undefined) throw invalid(`the column "${repeated}" stands twice`, repeated);
  if (!names.includes('destination_url')) {
    throw invalid('the column "destination_url" is missing', 'destination_url');
  }
  return names as CatalogColumn[];
}

type Layout = { columns: readonly CatalogColumn[]; delimiter: Delimiter };

function rowOf(cells: readonly string[], { columns, delimiter }: Layout, row: number): CatalogRow {
  const isWhole = cells.length === columns.length;
  if (!isWhole && (cells.length < columns.length || !isBlankRow(cells.slice(columns.length)))) {
    return { row, cells: {}, fault: `the row has ${cells.length} cells; the header has ${columns.length}` };
  }
  const named = columns.map((column, n) => [column, unguardFormula(cells[n]!, delimiter)]);
  return { row, cells: Object.fromEntries(named) };
}
