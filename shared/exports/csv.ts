import { guardFormula } from '../csv/formula-guard.ts';
import type { ColumnTable, Encoder } from './columns.ts';

/**
 * `excel`: cells that a spreadsheet would run get an apostrophe in front. `raw`: cells as they are.
 * Both quote by RFC 4180.
 */
export const CSV_PROFILES = ['excel', 'raw'] as const;
export type CsvProfile = (typeof CSV_PROFILES)[number];

/** Makes spreadsheets read the file as UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** The header line. Column names hold neither commas nor quotes. */
export const csvHeader = (names: readonly string[]): string => `${names.join(',')}\r\n`;

/**
 * An encoder of rows as CSV lines (RFC 4180: CRLF, quotes doubled).
 * Its code is generated from the column table, so that each column is a call of its own that the compiler inlines;
 * a loop over the columns takes twice as long.
 */
export function csvEncoder<Row>(
  columns: ColumnTable<Row>,
  names: readonly string[],
  profile: CsvProfile,
): Encoder<Row> {
  const cells = names.map((name, at) => {
    const { path, safe } = columns[name]!;
    const text = path === undefined ? `text${at}(row)` : `(row${path.map(access).join('?.')} ?? '')`;
    return safe ? text : `cell(${text})`;
  });
  const make = new Function(
    'columns',
    'cell',
    `${names.map((name, at) => `const text${at} = columns[${JSON.stringify(name)}].text;`).join('\n')}
    return (rows) => {
      let lines = '';
      for (const row of rows) lines += ${cells.join(" + ',' + ")} + '\\r\\n';
      return lines;
    };`,
  );
  return make(columns, profile === 'excel' ? guardedCell : rawCell);
}

const access = (name: string): string => `[${JSON.stringify(name)}]`;

const QUOTED = /[",\r\n]/;

/** Longer texts are scanned faster by the regular expression than character by character. */
const SHORT = 24;

export function rawCell(text: string): string {
  return needsQuotes(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function guardedCell(text: string): string {
  return text === '' ? text : rawCell(guardFormula(text));
}

function needsQuotes(text: string): boolean {
  if (text.length > SHORT) return QUOTED.test(text);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // LF, CR, double quote, comma; all but few characters are above the comma.
    if (code <= 44 && (code === 44 || code === 34 || code === 13 || code === 10)) return true;
  }
  return false;
}
