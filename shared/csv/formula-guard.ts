/** What may stand between the cells of a CSV file: much of Europe's spreadsheets want semicolons. */
export const DELIMITERS = [',', ';', '\t'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/**
 * A spreadsheet runs a cell that begins with `= + - @`, full-width too, bare or behind white space. It may cut a file
 * where we do not: at another delimiter, and at line ends inside of quotes that it found in mid-cell and so took for
 * text. So a cell of its own can begin inside one of ours, and there no quotes help.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/;

/** Looked through on the way to a formula. Apostrophes too: else a guarded and an unguarded text could look alike. */
const SEEN_THROUGH = /[\s"'\0]/;

/** What some readers drop from the beginning of a cell, together with whatever it hides. */
const DROPPED = /[\t\r\n\0]/;

/** A formula, or what may hide one, at the beginning of the text. */
const AT_START = /^[\s"'\0]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n\0]/;

/** Behind what another cell may begin inside of a cell, by the file's own delimiter: that one stands in quotes. */
const SEPARATOR = Object.fromEntries(
  DELIMITERS.map((own) => [own, new RegExp(`[\r\n${DELIMITERS.filter((other) => other !== own).join('')}]`)]),
) as Record<Delimiter, RegExp>;

/**
 * A text for a cell in which no spreadsheet finds a formula, at whichever of `, ; TAB` and line ends it cuts: each
 * place where one could begin gets an apostrophe. Other texts stay as they are.
 * @param delimiter  the file's own
 */
export function guardFormula(text: string, delimiter: Delimiter): string {
  if (!SEPARATOR[delimiter].test(text)) return AT_START.test(text) ? `'${text}` : text;
  let guarded = '';
  let from = 0;
  for (const place of formulaPlaces(text, delimiter)) {
    guarded += `${text.slice(from, place)}'`;
    from = place;
  }
  return guarded + text.slice(from);
}

/**
 * The text that guardFormula was given. What it cannot have written, because the place of a formula has no apostrophe,
 * stays as it is.
 */
export function unguardFormula(cell: string, delimiter: Delimiter): string {
  if (!cell.includes("'")) return cell;
  const places = formulaPlaces(cell, delimiter);
  if (places.some((place) => cell[place] !== "'")) return cell;
  let text = '';
  let from = 0;
  for (const place of places) {
    text += cell.slice(from, place);
    from = place + 1;
  }
  return text + cell.slice(from);
}

/**
 * Where cells that are formulas could begin, ascending: of several beginnings with nothing but white space and quotes
 * between them the last. An apostrophe put into or taken from such a place is looked through, so it makes and hides none
 * of the others. One pass, however the text is made: import reads what anyone sends.
 */
function formulaPlaces(text: string, delimiter: Delimiter): number[] {
  const separator = SEPARATOR[delimiter];
  const places: number[] = [];
  // The last beginning of a cell, while only what is looked through has stood behind it.
  let open: number | undefined = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (FORMULA.test(character) || (open === 0 && DROPPED.test(character))) {
      if (open !== undefined) places.push(open);
      open = undefined;
    } else if (open !== undefined && !SEEN_THROUGH.test(character)) open = undefined;
    if (separator.test(character)) open = at + 1;
  }
  return places;
}
