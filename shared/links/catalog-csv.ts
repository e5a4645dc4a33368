import Papa from 'papaparse';
import type { Delimiter } from '../csv/delimiter.ts';
import { unguardFormula } from '../csv/formula-guard.ts';
import { Problem } from '../problem.ts';

/** The columns of a catalog file, in the order in which exports write them. */
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

/** Columns that a file may have beside those of an export. */
const OTHER_COLUMN_NAMES = ['title'] as const;

export type CatalogColumn = (typeof CATALOG_COLUMN_NAMES)[number] | (typeof OTHER_COLUMN_NAMES)[number];

const COLUMNS: ReadonlySet<string> = new Set([...CATALOG_COLUMN_NAMES, ...OTHER_COLUMN_NAMES]);

/** The cells of a row by column; columns that the file lacks are absent. */
export type CatalogCells = Partial<Record<CatalogColumn, string>>;

/** One row of a catalog file. `row` counts from 1 without the header; `fault` tells why there are no cells. */
export type CatalogRow = { row: number; cells: CatalogCells; fault?: string };

/**
 * Reads a catalog file: UTF-8 with or without byte order mark, comma, semicolon or tab between cells, any subset of the
 * columns in any order that has `destination_url`. The formula guard of exports is taken off again.
 * @throws Problem 'invalid_request' when the file as a whole cannot be read
 */
export function readCatalogCsv(bytes: Uint8Array): CatalogRow[] {
  const text = decode(bytes);
  const delimiter = delimiterOf(text);
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: true });
  const unreadable = errors.find(({ type }) => type === 'Quotes');
  if (unreadable) {
    throw invalid(`the quotes of row ${unreadable.row ?? '?'} are not closed, or text stands behind them`);
  }
  const [header, ...rows] = data;
  if (header === undefined) throw invalid('the file is empty; a header row is needed');
  const columns = columnsOf(header);
  return rows.map((cells, n) => rowOf(cells, { columns, delimiter }, n + 1));
}

const invalid = (message: string, field?: string): Problem =>
  new Problem('invalid_request', `the CSV file is not valid: ${message}`, { field });

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem('invalid_request', 'the CSV file is not valid: it is not UTF-8', { cause });
  }
}

/** Spreadsheets of many countries write semicolons. Column names hold none of these characters, so the header tells. */
function delimiterOf(text: string): Delimiter {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  return ([';', '\t'] as const).find((character) => header.includes(character)) ?? ',';
}

function columnsOf(header: readonly string[]): CatalogColumn[] {
  const names = header.map((name) => name.trim());
  const unknown = names.find((name) => !COLUMNS.has(name));
  if (unknown !== undefined) {
    const allowed = [...COLUMNS].join(', ');
    throw invalid(
      `"${unknown.slice(0, 80)}" is no column of a catalog; allowed: ${allowed}`,
      unknown.slice(0, 80),
    );
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
  if (cells.length !== columns.length) {
    return { row, cells: {}, fault: `the row has ${cells.length} cells; the header has ${columns.length}` };
  }
  const named = columns.map((column, n) => [column, unguardFormula(cells[n]!, delimiter)]);
  return { row, cells: Object.fromEntries(named) };
}
