import type { Delimiter } from '#shared/csv/formula-guard.ts';
import { guardFormula } from '#shared/csv/formula-guard.ts';
import type { ColumnTable, Encoder } from './columns.ts';

/**
 * `excel`: what a spreadsheet would run gets an apostrophe in front. `raw`: cells as they are.
 * Both quote by RFC 4180.
 */
export const CSV_PROFILES = ['excel', 'raw'] as const;
export type CsvProfile = (typeof CSV_PROFILES)[number];

/** Makes spreadsheets read the file as UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** How a CSV file is written. */
export type CsvStyle = { profile: CsvProfile; delimiter: Delimiter };

/** The header line. Column names hold neither delimiters nor quotes. */
export const csvHeader = (names: readonly string[], delimiter: Delimiter): string =>
  `${names.join(delimiter)}\r\n`;

/**
 * An encoder of rows as CSV lines (RFC 4180: CRLF, quotes doubled).
 * Its code is generated from the column table, so that each column is a call of its own that the compiler inlines;
 * a loop over the columns takes twice as long.
 */
export function csvEncoder<Row>(
  columns: ColumnTable<Row>,
  names: readonly string[],
  { profile, delimiter }: CsvStyle,
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
      for (const row of rows) lines += ${cells.join(` + ${JSON.stringify(delimiter)} + `)} + '\\r\\n';
      return lines;
    };`,
  );
  return make(columns, profile === 'excel' ? guardedCell(delimiter) : rawCell(delimiter));
}

const access = (name: string): string => `[${JSON.stringify(name)}]`;

type CellWriter = (text: string) => string;

const rawCell =
  (delimiter: Delimiter): CellWriter =>
  (text) =>
    mayBeSpecial(text) ? quoted(text, delimiter) : text;

const guardedCell =
  (delimiter: Delimiter): CellWriter =>
  (text) =>
    text === '' || (isHarmlessStart(text.charCodeAt(0)) && !mayBeSpecial(text))
      ? text
      : quoted(guardFormula(text, delimiter), delimiter);

/** By the file's own delimiter. */
const QUOTED = { ',': /[",\r\n]/, ';': /[";\r\n]/, '\t': /["\t\r\n]/ } as const satisfies Record<
  Delimiter,
  RegExp
>;

const quoted = (text: string, delimiter: Delimiter): string =>
  QUOTED[delimiter].test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** Letters begin most texts and no formula. */
const isHarmlessStart = (code: number): boolean => code > 0x40 && code < 0xa0;

const SPECIAL = /[",;\t\r\n]/;

/** Longer texts are scanned faster by the regular expression than character by character. */
const SHORT = 24;

/** False for a text that needs no quotes and holds no delimiter of any file, behind which a formula could stand. */
function mayBeSpecial(text: string): boolean {
  if (text.length > SHORT) return SPECIAL.test(text);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // Control characters, double quote, comma, semicolon; all but few characters are above the semicolon.
    if (code <= 59 && (code === 59 || code === 44 || code === 34 || code <= 13)) return true;
  }
  return false;
}
