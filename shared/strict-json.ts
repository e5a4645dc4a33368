import { Problem } from './problem.ts';

/** Deeper than any schema here; a bomb of brackets is refused before anything recurses over it. */
const MAX_DEPTH = 64;

/**
 * JSON from outside, stricter than JSON.parse: no duplicate keys, no `__proto__`, no lone surrogates,
 * no number beyond the range of a double, no depth beyond 64.
 * @param what  how the refusal calls the text
 * @throws Problem 'invalid_request' that says which
 */
export function parseStrictJson(text: string, what: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw invalid(`${what} is not JSON: ${(cause as Error).message}`, cause);
  }
  refuseAmbiguities(text, what);
  return parsed;
}

const invalid = (message: string, cause?: unknown): Problem =>
  new Problem('invalid_request', message, { cause });

/** A token of valid JSON that matters here: a string, a number, a bracket or a comma. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],]/gs;

/** Walks text that JSON.parse accepted and refuses what two readers could understand differently. */
function refuseAmbiguities(text: string, what: string): void {
  const open: { keys: Set<string> | undefined; expectsKey: boolean }[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const top = open.at(-1);
    if (token === '{' || token === '[') {
      if (open.length === MAX_DEPTH) throw invalid(`${what} is nested deeper than ${MAX_DEPTH} levels`);
      open.push({ keys: token === '{' ? new Set() : undefined, expectsKey: token === '{' });
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ',') {
      if (top) top.expectsKey = top.keys !== undefined;
    } else if (token[0] === '"') {
      const value = readString(token, what);
      if (top?.keys && top.expectsKey) {
        readKey(top.keys, value);
        top.expectsKey = false;
      }
    } else if (!Number.isFinite(Number(token))) {
      throw invalid(`the number ${token.slice(0, 40)} is out of range; at most 1.7e308 is allowed`);
    }
  }
}

function readString(token: string, what: string): string {
  const value = JSON.parse(token) as string;
  if (!value.isWellFormed())
    throw invalid(`${what} holds half of a surrogate pair, which is no Unicode text`);
  return value;
}

function readKey(keys: Set<string>, key: string): void {
  if (key === '__proto__') throw invalid('the key "__proto__" is not allowed');
  if (keys.has(key)) throw invalid(`the key "${key.slice(0, 80)}" stands twice in one object`);
  keys.add(key);
}
