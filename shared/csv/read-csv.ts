import { Problem } from '../problem.ts';
import { DELIMITERS, type Delimiter } from './formula-guard.ts';

const QUOTE = '"';
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

/** A first line that is not of the file but tells spreadsheets how to cut it. */
const SEPARATOR_LINE = /^\uFEFF?"?sep=([^\r\n])"?[ ,;\t]*(?:\r\n|\r|\n|$)/i;

/** What a first line like `sep=;` says, and where the file begins behind it; undefined when there is none. */
export function separatorLine(text: string): { separator: string; end: number } | undefined {
  const [line, separator] = SEPARATOR_LINE.exec(text) ?? [];
  return line === undefined ? undefined : { separator: separator!, end: line.length };
}

/** True for a row in which nothing stands: spreadsheets write such rows behind and between the others. */
export const isBlankRow = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');

/**
 * The rows of a CSV file, read as they are asked for, so that a limit is met before the rest is looked at. RFC 4180, with any of
 * CRLF, LF and CR between rows, and quotes taken literally where they do not begin a cell. Blank rows are left out.
 * @throws Problem 'invalid_request' at a quote that is not closed, or text behind a closed one
 */
export function* csvRows(text: string, delimiter: Delimiter, from = 0): Generator<string[], void, undefined> {
  const cut = delimiter.charCodeAt(0);
  const isEnd = (code: number): boolean => code === LF || code === CR;
  let rows = 0;
  let at = from;

  const quotedCell = (): string => {
    const start = at + 1;
    let close = text.indexOf(QUOTE, start);
    while (close >= 0 && text[close + 1] === QUOTE) close = text.indexOf(QUOTE, close + 2);
    if (close < 0) throw unreadable(rows, 'are not closed');
    at = close + 1;
    while (text.charCodeAt(at) === SPACE) at += 1;
    const next = text.charCodeAt(at);
    if (at < text.length && next !== cut && !isEnd(next)) throw unreadable(rows, 'have text behind them');
    return text.slice(start, close).replaceAll('""', QUOTE);
  };

  const bareCell = (): string => {
    const start = at;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === cut || isEnd(code)) break;
    }
    return text.slice(start, at);
  };

  for (;;) {
    while (isEnd(text.charCodeAt(at))) at += 1;
    if (at >= text.length) return;
    const cells: string[] = [];
    for (;;) {
      cells.push(text[at] === QUOTE ? quotedCell() : bareCell());
      if (text.charCodeAt(at) !== cut) break;
      at += 1;
    }
    if (isBlankRow(cells)) continue;
    yield cells;
    rows += 1;
  }
}

const unreadable = (row: number, how: string): Problem =>
  new Problem(
    'invalid_request',
    `the CSV file is not valid: the quotes of ${row === 0 ? 'the header' : `row ${row}`} ${how}`,
  );

const FIRST_LINE = /^\s*([^\r\n]*)/;

/** What stands between the cells, by the header line, the first that is not blank: its names hold no delimiter. */
export function delimiterOf(text: string): Delimiter {
  const [, header = ''] = FIRST_LINE.exec(text) ?? [];
  return DELIMITERS.findLast((delimiter) => header.includes(delimiter)) ?? ',';
}
