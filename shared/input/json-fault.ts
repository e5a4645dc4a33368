/** Where a text stops being JSON (in UTF-16 units from 0), and what could have stood there. */
export type JsonFault = { at: number; wanted: string };

const SPACE = /[ \t\n\r]*/y;
/** Strings, numbers and words, whole ones only. @see https://www.rfc-editor.org/rfc/rfc8259 */
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/uy;
const PLAIN = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/**
 * Finds what keeps a text from being JSON. The parser of the runtime tells it in words that quote the text, which may
 * hold a password; this one never quotes.
 * @returns undefined for JSON
 */
export function jsonFault(text: string): JsonFault | undefined {
  const open: ('}' | ']')[] = [];
  let at = skip(SPACE, text, 0);
  let wanted = 'a value';
  let mayClose = false;
  for (;;) {
    const closing = open.at(-1);
    if (wanted === 'a colon') {
      if (text[at] !== ':') return { at, wanted };
      at += 1;
      wanted = 'a value';
    } else if (wanted === 'a comma') {
      if (closing === undefined) return at === text.length ? undefined : { at, wanted: 'the end' };
      if (text[at] === closing) open.pop();
      else if (text[at] !== ',') return { at, wanted: `a comma or ${closing}` };
      else wanted = closing === '}' ? 'a key in double quotes' : 'a value';
      at += 1;
    } else if (mayClose && text[at] === closing) {
      open.pop();
      at += 1;
      wanted = 'a comma';
    } else if (wanted === 'a value' && (text[at] === '{' || text[at] === '[')) {
      open.push(text[at] === '{' ? '}' : ']');
      wanted = text[at] === '{' ? 'a key in double quotes' : 'a value';
      at = skip(SPACE, text, at + 1);
      mayClose = true;
      continue;
    } else {
      const end =
        skip(STRING, text, at) > at || wanted !== 'a value' ? skip(STRING, text, at) : skip(PLAIN, text, at);
      if (end === at) return { at, wanted: mayClose ? `${wanted} or ${closing}` : wanted };
      at = end;
      wanted = wanted === 'a value' ? 'a comma' : 'a colon';
    }
    mayClose = false;
    at = skip(SPACE, text, at);
  }
}

/** The index behind what a sticky pattern matches at an index; that index where it matches nothing. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
