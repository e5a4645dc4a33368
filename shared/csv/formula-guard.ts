/**
 * Text that a spreadsheet would run as a formula: `= + - @`, also full-width, TAB, CR, LF or NUL in front, bare or
 * behind white space. Leading apostrophes are looked through: else a guarded and an unguarded text could look alike.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^'*\s*[=+\-@\t\r\n\0\uFF1D\uFF0B\uFF0D\uFF20]/;

/** Letters begin most texts and no formula. */
const isHarmlessStart = (code: number): boolean => code > 0x40 && code < 0xa0;

/** A text for a CSV cell that no spreadsheet runs: a formula gets an apostrophe in front, anything else stays as it is. */
export const guardFormula = (text: string): string =>
  isHarmlessStart(text.charCodeAt(0)) || !FORMULA.test(text) ? text : `'${text}`;

/** The text that guardFormula was given. Other texts stay as they are: only an apostrophe before a formula comes off. */
export const unguardFormula = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
