import type { Click } from './click.ts';
import { JOURNAL_BEGINNING } from './journal.ts';
import { checkClick } from './parse-click.ts';

/**
 * The click of a journal line, whatever a log wrote in front of it; undefined for any other line. It stands apart from
 * journal.ts, so that a redirect need not carry the schema of a click.
 * @throws Error when it is a journal line, but not a whole one: such a click is lost, and somebody has to know
 */
export function readJournalLine(line: string): Click | undefined {
  const at = line.indexOf(JOURNAL_BEGINNING);
  if (at < 0) return undefined;
  try {
    return checkClick((JSON.parse(line.slice(at)) as { click: unknown }).click);
  } catch (cause) {
    throw new Error(`a journal line cannot be read: ${line.slice(at, at + 120)}`, { cause });
  }
}
